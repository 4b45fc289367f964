"""The OpenAPI document: users and authentication."""

import json
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from tests.openapi import declared_failures, operations


@pytest.mark.parametrize(
    ("operation", "tag", "failures"),
    [
        ("POST /api/v1/auth/register", "auth", {"409"}),
        ("POST /api/v1/auth/login", "auth", {"401", "429"}),
        ("POST /api/v1/auth/refresh", "auth", {"401"}),
        ("POST /api/v1/auth/logout", "auth", set()),
        ("GET /api/v1/users/me", "users", {"401"}),
        ("PUT /api/v1/users/me/password", "users", {"401", "429"}),
        ("DELETE /api/v1/users/me/sessions", "users", {"401"}),
    ],
)
def test_an_operation_declares_its_own_failures(app: FastAPI, operation: str, tag: str, failures: set[str]) -> None:
    assert operations(app)[operation]["tags"] == [tag]
    assert declared_failures(app, operation) == declared_failures(app, "GET /health/live") | failures


def examples(app: FastAPI, schema: str) -> dict[str, object]:
    properties = app.openapi()["components"]["schemas"][schema]["properties"]
    return {name: described["examples"][0] for name, described in properties.items() if "examples" in described}


async def test_the_examples_of_a_user_are_accepted(app: FastAPI, client: AsyncClient) -> None:
    registered = await client.post("/api/v1/auth/register", json=examples(app, "UserCreate"))
    login = await client.post("/api/v1/auth/login", data=examples(app, "LoginForm"))
    headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
    change = await client.put("/api/v1/users/me/password", json=examples(app, "PasswordChange"), headers=headers)

    assert registered.status_code == 201
    assert login.status_code == 200
    assert change.status_code == 204


@pytest.mark.parametrize(
    ("operation", "schema"),
    [
        ("POST /api/v1/auth/register", "UserCreate"),
        ("POST /api/v1/auth/refresh", "RefreshRequest"),
        ("POST /api/v1/auth/logout", "RefreshRequest"),
        ("PUT /api/v1/users/me/password", "PasswordChange"),
    ],
)
async def test_a_lone_surrogate_is_refused_in_every_field(
    app: FastAPI, client: AsyncClient, auth_headers: dict[str, str], operation: str, schema: str
) -> None:
    headers = auth_headers | {"Content-Type": "application/json"}

    for field in app.openapi()["components"]["schemas"][schema]["properties"]:
        body = json.dumps(examples(app, schema) | {field: "Correct-Horse-1\ud800"})
        response = await client.request(*operation.split(), content=body, headers=headers)

        assert response.status_code == 422
        assert f"body.{field}" in [detail["field"] for detail in response.json()["error"]["details"]]


async def test_the_document_describes_the_login(app: FastAPI) -> None:
    # As behind a proxy that serves the service under a path.
    transport = ASGITransport(app=app, root_path="/svc")

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        document = (await client.get("/svc/openapi.json")).json()
        (scheme,) = document["components"]["securitySchemes"].values()
        token_url = urljoin("http://test/svc/docs", scheme["flows"]["password"]["tokenUrl"])
        login = await client.post(token_url, data={"username": "ann@example.com", "password": "wrong"})

    assert scheme["type"] == "oauth2"
    assert "refreshUrl" not in scheme["flows"]["password"]  # its clients send a form
    assert token_url == "http://test/svc/api/v1/auth/login"
    assert login.json()["error"]["code"] == "AUTH_INVALID_CREDENTIALS"
    assert document["components"]["schemas"]["LoginForm"]["properties"]["password"]["format"] == "password"


def test_the_document_describes_the_password_rules(app: FastAPI) -> None:
    password = app.openapi()["components"]["schemas"]["UserCreate"]["properties"]["password"]

    assert password["format"] == "password"
    assert (password["minLength"], password["maxLength"]) == (10, 128)
    assert password["description"] == "needs an upper-case letter, a lower-case letter, a digit, a special character"
