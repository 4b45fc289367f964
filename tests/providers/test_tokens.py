"""Tokens of the providers that the service accepts or refuses."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any

import pytest

from tests.generate_and_run.service import START, Response, Service, running
from tests.project import RenderedProject
from tests.providers.oidc_provider import OidcProvider
from tests.providers.provider import BROWSER, MACHINE, OTHER_API, Provider

ME, EMAIL = "/api/v1/users/me", "/api/v1/users/me/email"


def assert_refused(response: Response) -> None:
    assert (response.status, response.body["error"]["code"]) == (401, "AUTH_INVALID_TOKEN")


def claims(token: str) -> dict[str, Any]:
    """Return the claims of a token without verifying its signature."""
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def test_a_token_of_a_client_is_accepted(service: Service, provider: Provider) -> None:
    response = service.get(ME, provider.machine_token("email read"))
    assert response.status == 200
    assert response.body["data"]["subject"] == MACHINE
    assert set(response.body["data"]["scopes"]) == {"email", "read"}


def test_an_access_token_of_a_user_is_accepted(service: Service, provider: Provider) -> None:
    tokens = provider.user_tokens("openid email")
    response = service.get(ME, tokens.access)
    assert response.status == 200
    assert response.body["data"]["subject"] == claims(tokens.id_token)["sub"]
    assert "email" in response.body["data"]["scopes"]
    assert service.get(EMAIL, tokens.access).body["data"] == {"email": claims(tokens.access).get("email")}


def test_a_route_requires_a_scope(service: Service, provider: Provider) -> None:
    assert service.get(EMAIL, provider.machine_token("email")).status == 200
    without = provider.machine_token("read")
    assert service.get(ME, without).status == 200
    refused = service.get(EMAIL, without)
    assert (refused.status, refused.body["error"]["code"]) == (403, "AUTH_INSUFFICIENT_SCOPE")


def test_a_token_for_another_service_is_refused(service: Service, provider: Provider) -> None:
    token = provider.machine_token("email", OTHER_API)
    assert claims(token)["aud"] == OTHER_API
    assert_refused(service.get(ME, token))


def test_an_id_token_is_refused_even_by_its_audience(configured: RenderedProject, provider: Provider) -> None:
    with provider.running(), running(configured.with_variables(OIDC_AUDIENCE=BROWSER), START) as service:
        token = provider.user_tokens().id_token
        assert claims(token)["aud"] == BROWSER
        assert_refused(service.get(ME, token))


def test_a_token_without_an_audience_is_refused(service: Service, provider: Provider) -> None:
    assert_refused(service.get(ME, provider.machine_token("email", resource="")))


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_the_default_algorithms_are_accepted(
    project: RenderedProject, oidc_provider: OidcProvider, algorithm: str
) -> None:
    provider = replace(oidc_provider, algorithm=algorithm)
    settings = {"OIDC_ISSUER": provider.issuer}
    with provider.running(), running(project.with_variables(**settings), START) as service:
        assert service.get(ME, provider.machine_token()).status == 200
