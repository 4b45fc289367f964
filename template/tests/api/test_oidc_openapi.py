"""The OpenAPI document: the identity provider."""

import json
import re

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from tests.openapi import declared_failures, operations


@pytest.mark.parametrize(
    ("operation", "tag", "failures"),
    [
        ("GET /api/v1/users/me", "users", {"401", "403", "503"}),
        ("GET /api/v1/users/me/email", "users", {"401", "403", "503"}),
    ],
)
def test_an_operation_declares_its_own_failures(app: FastAPI, operation: str, tag: str, failures: set[str]) -> None:
    assert operations(app)[operation]["tags"] == [tag]
    assert declared_failures(app, operation) == declared_failures(app, "GET /health/live") | failures


def test_the_document_names_the_provider_and_the_scopes_of_routes(app: FastAPI) -> None:
    document = app.openapi()

    assert document["components"]["securitySchemes"] == {
        "OpenIdConnect": {
            "type": "openIdConnect",
            "openIdConnectUrl": "https://provider.test/.well-known/openid-configuration",
        }
    }
    assert document["paths"]["/api/v1/users/me"]["get"]["security"] == [{"OpenIdConnect": []}]
    assert document["paths"]["/api/v1/users/me/email"]["get"]["security"] == [{"OpenIdConnect": ["email"]}]


async def test_the_documentation_page_uses_pkce(client: AsyncClient) -> None:
    page = (await client.get("/docs")).text

    options = re.search(r"initOAuth\((.*?)\)", page, re.DOTALL)
    assert options is not None
    assert json.loads(options[1]) == {
        "usePkceWithAuthorizationCodeGrant": True,
        "additionalQueryStringParams": {"audience": "the-service"},
    }
