"""Fetching and caching the keys of the identity provider."""

import asyncio
import gzip
from collections.abc import AsyncGenerator
from contextlib import nullcontext

import httpx2
import pytest
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core import oidc
from app.core.config import settings
from app.core.exceptions import InvalidTokenError, ServiceUnavailableError
from app.core.oidc import IdentityProvider, discovery_url
from app.main import create_app
from tests.identity_provider import DISCOVERY, KEYS, FakeProvider


class Clock:
    """A clock that only a test moves."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(oidc, "monotonic", clock)
    return clock


@pytest.fixture
def identity_provider(provider: FakeProvider) -> IdentityProvider:
    """The client of the provider."""
    return IdentityProvider(httpx2.ASGITransport(app=provider))


async def refuse(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise httpx2.ConnectError("connection refused")


async def never_respond(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await asyncio.Event().wait()


async def test_the_keys_are_fetched_once_when_they_are_first_needed(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    assert provider.requests == []

    await asyncio.gather(*(identity_provider.authenticate(provider.token()) for _ in range(10)))
    await identity_provider.authenticate(provider.token())

    assert provider.requests == [f"GET {DISCOVERY}", f"GET {KEYS}"]


async def test_a_new_key_replaces_the_old_one_at_once(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    old = provider.token()
    await identity_provider.authenticate(old)

    provider.rotate()
    await identity_provider.authenticate(provider.token())

    with pytest.raises(InvalidTokenError):
        await identity_provider.authenticate(old)


async def test_tokens_with_unknown_keys_cause_one_request_in_five_seconds(
    provider: FakeProvider, identity_provider: IdentityProvider, clock: Clock
) -> None:
    await identity_provider.authenticate(provider.token())
    unknown = [provider.token(headers={"kid": f"unknown {number}"}) for number in range(100)]

    for fetched, seconds in ((2, 0), (2, 4.9), (3, 0.1)):
        clock.seconds += seconds
        results = await asyncio.gather(*map(identity_provider.authenticate, unknown), return_exceptions=True)

        assert {type(result) for result in results} == {InvalidTokenError}
        assert provider.requests.count(f"GET {KEYS}") == fetched


RESPONSES: dict[str, ASGIApp] = {
    "down": refuse,
    "slow": never_respond,
    "failing": Response(status_code=500),
    "not JSON": Response("<html>"),
    "deeply nested": Response("[" * 100_000),
    "not an object": Response("[]"),
    "nothing": Response("{}"),
}


@pytest.mark.parametrize("response_", RESPONSES)
async def test_the_service_is_unavailable_while_tokens_cannot_be_verified(
    client: httpx2.AsyncClient, provider: FakeProvider, auth_headers: dict[str, str], response_: str
) -> None:
    settings.oidc_timeout = 0.1
    provider.response = RESPONSES[response_]

    async with asyncio.timeout(5):
        response = await client.get("/api/v1/users/me", headers=auth_headers)

    assert response.status_code == 503
    assert response.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({DISCOVERY: {"issuer": "https://other.test"}}, "the issuer is https://other.test, not OIDC_ISSUER"),
        ({DISCOVERY: {"jwks_uri": "http://provider.test/keys"}}, "the URL must start with https://"),
        ({DISCOVERY: {"jwks_uri": "https://provider.test:port/"}}, "Invalid port"),
        ({DISCOVERY: {"jwks_uri": ["hunter2"]}}, "Input should be a valid string"),
        ({KEYS: {"keys": "hunter2"}}, "Input should be a valid array"),
        ({KEYS: {"keys": []}}, "'there is no usable key'"),
        ({KEYS: {"keys": [{}, {"kty": "oct"}, {"kty": 7}]}}, "'there is no usable key'"),
        ({KEYS: {"padding": " " * 2**20}}, "'the response is too large'"),
    ],
)
async def test_the_reason_why_a_document_is_refused_is_logged_without_its_content(
    provider: FakeProvider,
    identity_provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, dict[str, object]],
    reason: str,
) -> None:
    for document, change in changes.items():
        provider.documents[document] |= change

    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token())

    (logged,) = [record.getMessage() for record in caplog.records if record.name == oidc.__name__]
    assert reason in logged
    assert "hunter2" not in logged
    assert "\n" not in logged


@pytest.mark.parametrize(("size", "error"), [(2**20, None), (2**20 + 1, ServiceUnavailableError)])
async def test_a_document_may_have_up_to_1_mib(
    provider: FakeProvider, identity_provider: IdentityProvider, size: int, error: type[Exception] | None
) -> None:
    keys = provider.documents[KEYS]
    keys["padding"] = ""
    keys["padding"] = " " * (size - len(JSONResponse(keys).body))

    with pytest.raises(error) if error else nullcontext():
        await identity_provider.authenticate(provider.token())


async def test_a_compressed_document_is_not_read(provider: FakeProvider, identity_provider: IdentityProvider) -> None:
    accepted: list[str | None] = []

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        accepted.append(Headers(scope=scope).get("accept-encoding"))
        body = gzip.compress(JSONResponse(provider.documents[scope["path"]]).body)
        await Response(body, headers={"Content-Encoding": "gzip"})(scope, receive, send)

    provider.response = respond

    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token())
    assert accepted == ["identity"]


async def test_a_document_may_be_sent_in_chunks(provider: FakeProvider) -> None:
    async def respond(request: httpx2.Request) -> httpx2.Response:
        body = bytes(JSONResponse(provider.documents[request.url.path]).body)

        async def chunks() -> AsyncGenerator[bytes]:
            yield body[:10]
            yield body[10:]

        return httpx2.Response(200, content=chunks())

    await IdentityProvider(httpx2.MockTransport(respond)).authenticate(provider.token())


async def test_the_body_of_an_error_response_is_not_used(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse(provider.documents[scope["path"]], status_code=500)(scope, receive, send)

    provider.response = respond

    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token())


def test_the_http_client_has_no_timeout_of_its_own(identity_provider: IdentityProvider) -> None:
    assert identity_provider.http.timeout == httpx2.Timeout(None)


async def test_a_redirect_is_not_followed(provider: FakeProvider, identity_provider: IdentityProvider) -> None:
    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        moved = {DISCOVERY: RedirectResponse("/moved"), "/moved": JSONResponse(provider.documents[DISCOVERY])}
        response = moved.get(scope["path"]) or JSONResponse(provider.documents[KEYS])
        await response(scope, receive, send)

    provider.response = respond

    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token())


async def test_keys_that_cannot_be_used_are_ignored(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    (key,) = provider.documents[KEYS]["keys"]
    secret = {"kty": "oct", "k": "c2VjcmV0" * 6, "kid": "secret"}
    others: list[dict[str, object]] = [
        {"kty": "oct"},
        {"kty": "RSA", "n": 1, "e": 1, "kid": "a"},
        {**key, "kid": ["a"]},
        {**key, "alg": 7, "kid": "b"},
        {**key, "alg": ["ES256"], "kid": "c"},
        {**key, "alg": "none", "kid": "d"},
        {**key, "use": "enc", "kid": "for encryption"},
    ]
    provider.documents[KEYS]["keys"] = [*others, secret, {**key, "use": "sig"}]

    await identity_provider.authenticate(provider.token())

    for token in (
        provider.token(headers={"kid": "for encryption"}),
        provider.token(headers={"kid": "secret"}, key=b"secret" * 6, algorithm="HS256"),
    ):
        with pytest.raises(InvalidTokenError):
            await identity_provider.authenticate(token)


async def test_only_the_algorithms_of_the_settings_are_used(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    settings.oidc_algorithms = ["RS256"]

    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token())


async def test_known_keys_work_for_an_hour_while_the_provider_is_down(
    provider: FakeProvider, identity_provider: IdentityProvider, clock: Clock
) -> None:
    await identity_provider.authenticate(provider.token())
    provider.response = refuse

    for seconds in (300, 1, 3298.9):
        clock.seconds += seconds
        await identity_provider.authenticate(provider.token())
    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token(headers={"kid": "unknown"}))

    clock.seconds += 0.1
    with pytest.raises(ServiceUnavailableError):
        await identity_provider.authenticate(provider.token())


async def test_keys_are_refreshed_in_the_background_after_five_minutes(
    provider: FakeProvider, identity_provider: IdentityProvider, clock: Clock
) -> None:
    withdrawn = provider.token()
    await identity_provider.authenticate(withdrawn)
    provider.rotate()

    clock.seconds += 300
    await identity_provider.authenticate(withdrawn)
    assert provider.requests.count(f"GET {KEYS}") == 1

    clock.seconds += 1
    before = asyncio.all_tasks()
    await identity_provider.authenticate(withdrawn)
    await asyncio.gather(*(asyncio.all_tasks() - before))

    assert provider.requests.count(f"GET {KEYS}") == 2
    with pytest.raises(InvalidTokenError):
        await identity_provider.authenticate(withdrawn)


async def test_a_failed_fetch_is_repeated_after_five_seconds(
    provider: FakeProvider, identity_provider: IdentityProvider, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    provider.response = refuse
    for requests, seconds in ((1, 0), (1, 4.9), (2, 0.1)):
        clock.seconds += seconds
        with pytest.raises(ServiceUnavailableError):
            await identity_provider.authenticate(provider.token())
        assert len(provider.requests) == requests

    provider.response = None
    clock.seconds += 5
    await identity_provider.authenticate(provider.token())

    messages = [record.getMessage() for record in caplog.records if record.name == oidc.__name__]
    assert messages == ["Cannot fetch the keys of the identity provider: ConnectError('connection refused')"] * 2


async def test_a_cancelled_request_does_not_fail_others(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    first, second = (asyncio.create_task(identity_provider.authenticate(provider.token())) for _ in range(2))
    await asyncio.sleep(0)  # now both wait for the keys

    first.cancel()

    assert (await second).subject == "test-user"


async def test_closing_the_provider_cancels_a_fetch(
    provider: FakeProvider, identity_provider: IdentityProvider
) -> None:
    asked = asyncio.Event()

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        asked.set()
        await never_respond(scope, receive, send)

    settings.oidc_timeout = 60
    provider.response = respond
    waiting = asyncio.create_task(identity_provider.authenticate(provider.token()))
    await asked.wait()

    await identity_provider.aclose()

    with pytest.raises(ServiceUnavailableError):
        await asyncio.wait_for(waiting, timeout=30)
    assert identity_provider.http.is_closed


def test_the_discovery_document_is_below_the_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    for issuer in ("https://provider.test/tenant", "https://provider.test/tenant/"):
        monkeypatch.setattr(settings, "oidc_issuer", issuer)

        assert discovery_url() == "https://provider.test/tenant/.well-known/openid-configuration"


@pytest.mark.usefixtures("app")  # the lifespan needs what the fixture sets up
async def test_the_service_closes_its_connections_to_the_identity_provider_when_it_stops() -> None:
    app = create_app()

    async with app.router.lifespan_context(app):
        provider: IdentityProvider = app.state.identity_provider
        assert not provider.http.is_closed

    assert provider.http.is_closed
