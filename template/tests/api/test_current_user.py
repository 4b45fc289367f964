"""Access tokens of the identity provider, and their scopes."""

import hmac
import json
from base64 import urlsafe_b64encode
from time import time
from typing import Annotated, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import APIRouter, FastAPI, Security, WebSocket
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient, Response
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from app.api.deps import CurrentUser, get_current_user
from app.api.errors import add_error_handlers
from app.core import oidc
from app.core.config import settings
from app.schemas.principal import Principal
from tests.identity_provider import FakeProvider

IN_2100 = 4102444800
ANOTHER_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)


async def read_me(client: AsyncClient, token: str) -> Response:
    return await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})


def assert_invalid(response: Response) -> None:
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def encode(part: object) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(data).decode().rstrip("=")


def nested(levels: int) -> str:
    return encode(b'{"a":' + b"[" * levels + b"]" * levels + b"}")


async def test_protected_endpoint(client: AsyncClient, auth_headers: dict[str, str]) -> None:
    response = await client.get("/api/v1/users/me", headers=auth_headers)

    assert response.status_code == 200
    assert response.json()["data"] == {
        "subject": "test-user",
        "email": "test@example.com",
        "scopes": ["openid", "email"],
    }


def test_protected_endpoint_with_the_synchronous_client(app: FastAPI, auth_headers: dict[str, str]) -> None:
    with TestClient(app) as client:
        assert client.get("/api/v1/users/me", headers=auth_headers).status_code == 200


def test_a_web_socket_has_the_current_user(app: FastAPI, auth_headers: dict[str, str]) -> None:
    @app.websocket("/greeting")
    async def greet(socket: WebSocket, user: CurrentUser) -> None:
        await socket.accept()
        await socket.send_text(f"Hello {user.subject}")

    with TestClient(app) as client, client.websocket_connect("/greeting", headers=auth_headers) as socket:
        assert socket.receive_text() == "Hello test-user"


@pytest.mark.parametrize("authorization", ["", "Basic dGVzdDp0ZXN0"])
async def test_protected_endpoint_unauthorized(client: AsyncClient, authorization: str) -> None:
    response = await client.get("/api/v1/users/me", headers={"Authorization": authorization})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_REQUIRED"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": float("inf")},
        {"nbf": IN_2100},
        {"iat": IN_2100},
        {"iat": None},
        {"iss": "https://other.test"},
        {"iss": "https://provider.test/"},
        {"iss": None},
        {"aud": "another-service"},
        {"aud": ["another-service"]},
        {"aud": None},
        {"sub": None},
        {"sub": 7},
        {"email": 7},
        {"scope": 7},
        {"typ": "ID"},
        {"token_use": "id"},
    ],
    ids=str,
)
async def test_a_token_with_wrong_claims_is_refused(
    client: AsyncClient, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    assert_invalid(await read_me(client, provider.token(**claims)))


@pytest.mark.parametrize("token_type", ["JWT", "", "id+jwt", "logout+jwt"])
async def test_a_token_of_another_type_is_refused(client: AsyncClient, provider: FakeProvider, token_type: str) -> None:
    assert_invalid(await read_me(client, provider.token(headers={"typ": token_type})))


@pytest.mark.parametrize("token_type", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_a_token_with_the_type_of_access_tokens_is_accepted(
    client: AsyncClient, provider: FakeProvider, token_type: str
) -> None:
    assert (await read_me(client, provider.token(headers={"typ": token_type}))).status_code == 200


@pytest.mark.parametrize("token_type", ["JWT", ""])
@pytest.mark.parametrize("claims", [{}, {"typ": "Bearer"}, {"token_use": "access"}], ids=str)
async def test_the_settings_can_allow_the_type_jwt(
    client: AsyncClient, provider: FakeProvider, token_type: str, claims: dict[str, str]
) -> None:
    settings.oidc_token_types = ["at+jwt", "application/jwt"]

    assert (await read_me(client, provider.token(headers={"typ": token_type}, **claims))).status_code == 200


async def test_a_token_that_is_not_signed_is_refused(client: AsyncClient, provider: FakeProvider) -> None:
    header = {"alg": "none", "typ": "at+jwt", "kid": provider.key_id}

    assert_invalid(await read_me(client, f"{encode(header)}.{encode(provider.claims())}."))


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    client: AsyncClient, provider: FakeProvider
) -> None:
    secret = provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{encode({'alg': 'HS256', 'typ': 'at+jwt', 'kid': provider.key_id})}.{encode(provider.claims())}"

    assert_invalid(await read_me(client, f"{text}.{encode(hmac.digest(secret, text.encode(), 'sha256'))}"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"jwk": ECAlgorithm.to_jwk(ANOTHER_KEY.public_key(), as_dict=True)},
        {"jku": "https://other.test/keys"},
        {"x5u": "https://other.test/certificate"},
    ],
    ids=["no key", "jwk", "jku", "x5u"],
)
async def test_a_key_in_the_header_of_a_token_is_not_used(
    client: AsyncClient, provider: FakeProvider, headers: dict[str, Any]
) -> None:
    assert_invalid(await read_me(client, provider.token(key=ANOTHER_KEY, headers=headers)))


@pytest.mark.parametrize("headers", [{"kid": "unknown"}, {"kid": None}, {"crit": ["b"], "b": 1}], ids=str)
async def test_a_token_with_an_unsupported_header_is_refused(
    client: AsyncClient, provider: FakeProvider, headers: dict[str, Any]
) -> None:
    header = {"alg": "ES256", "typ": "at+jwt", "kid": provider.key_id} | headers
    text = f"{encode({name: value for name, value in header.items() if value})}.{encode(provider.claims())}"
    signature = ECAlgorithm(ECAlgorithm.SHA256).sign(text.encode(), provider.key)

    assert_invalid(await read_me(client, f"{text}.{encode(signature)}"))


async def test_an_incomplete_token_is_refused(client: AsyncClient, provider: FakeProvider) -> None:
    token = provider.token()

    for part in (token[:-9], token.rpartition(".")[0], "a.b.c", "token"):
        assert_invalid(await read_me(client, part))


async def test_a_token_may_be_16_kib_long(
    client: AsyncClient, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oidc.MAX_TOKEN_LENGTH == 16 * 1024
    token = provider.token()

    monkeypatch.setattr(oidc, "MAX_TOKEN_LENGTH", len(token))
    assert (await read_me(client, token)).status_code == 200

    monkeypatch.setattr(oidc, "MAX_TOKEN_LENGTH", len(token) - 1)
    assert_invalid(await read_me(client, token))


async def test_a_deeply_nested_token_is_refused(client: AsyncClient) -> None:
    assert_invalid(await read_me(client, f"{nested(levels=5000)}.{encode({})}.{encode({})}"))


async def test_the_settings_can_allow_clock_skew(client: AsyncClient, provider: FakeProvider) -> None:
    settings.oidc_leeway = 60

    assert (await read_me(client, provider.token(exp=int(time()) - 30))).status_code == 200


@pytest.mark.parametrize(
    ("algorithm", "key", "kind"),
    [
        ("ES256", ANOTHER_KEY, ECAlgorithm),
        ("EdDSA", ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
        ("RS256", RSA_KEY, RSAAlgorithm),
        ("PS256", RSA_KEY, RSAAlgorithm),
    ],
    ids=["ES256", "EdDSA", "RS256", "PS256"],
)
async def test_a_token_signed_by_the_algorithm_of_its_key_is_accepted(
    client: AsyncClient, provider: FakeProvider, algorithm: str, key: Any, kind: type[Any]
) -> None:
    provider.publish(key, kind, alg=algorithm)

    assert (await read_me(client, provider.token(algorithm=algorithm))).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
async def test_a_token_signed_by_another_algorithm_is_refused(
    client: AsyncClient, provider: FakeProvider, algorithm: str
) -> None:
    provider.publish(RSA_KEY, RSAAlgorithm)  # without `alg`: RS256

    assert (await read_me(client, provider.token(algorithm="RS256"))).status_code == 200
    assert_invalid(await read_me(client, provider.token(algorithm=algorithm)))


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")  # from signing
async def test_a_short_key_is_refused(client: AsyncClient, provider: FakeProvider) -> None:
    provider.publish(rsa.generate_private_key(65537, 1024), RSAAlgorithm)  # noqa: S505 - that is what is tested

    assert_invalid(await read_me(client, provider.token(algorithm="RS256")))


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "read write"}, ["read", "write"]),
        ({"scope": ["read", "write"]}, ["read", "write"]),
        ({"scope": None, "scp": "read write"}, ["read", "write"]),
        ({"scope": None, "scp": ["read", "write"]}, ["read", "write"]),
        ({"scope": None}, []),
    ],
    ids=str,
)
async def test_scopes_can_be_a_string_or_a_list(
    client: AsyncClient, provider: FakeProvider, claims: dict[str, Any], scopes: list[str]
) -> None:
    response = await read_me(client, provider.token(**claims))

    assert response.json()["data"]["scopes"] == scopes


async def test_a_token_may_have_several_audiences_and_no_address(client: AsyncClient, provider: FakeProvider) -> None:
    response = await read_me(client, provider.token(aud=["another-service", settings.oidc_audience], email=None))

    assert response.status_code == 200
    assert response.json()["data"]["email"] is None


async def test_a_route_can_require_a_scope(
    client: AsyncClient, provider: FakeProvider, auth_headers: dict[str, str]
) -> None:
    response = await client.get("/api/v1/users/me/email", headers=auth_headers)

    assert response.json()["data"] == {"email": "test@example.com"}

    token = provider.token(scope="openid")
    response = await client.get("/api/v1/users/me/email", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "AUTH_INSUFFICIENT_SCOPE"
    assert response.json()["error"]["message"] == "The token lacks the scope email."
    assert response.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope"'


async def test_the_settings_can_require_scopes(client: AsyncClient, provider: FakeProvider) -> None:
    settings.oidc_required_scopes = ["read", "write"]

    assert (await read_me(client, provider.token(scope="write email read"))).status_code == 200
    refused = await read_me(client, provider.token(scope="email"))

    assert refused.status_code == 403
    assert refused.json()["error"]["message"] == "The token lacks the scope read write."


@pytest.mark.parametrize(("scope", "status"), [("read write", 200), ("read", 403), ("write", 403)])
async def test_a_router_and_its_routes_can_require_scopes(
    app: FastAPI, provider: FakeProvider, scope: str, status: int
) -> None:
    router = APIRouter(dependencies=[Security(get_current_user, scopes=["read"])])

    @router.get("/greeting")
    async def greet(user: Annotated[Principal, Security(get_current_user, scopes=["write"])]) -> str:
        return f"Hello {user.subject}"

    own = FastAPI()
    own.state.identity_provider = app.state.identity_provider
    own.include_router(router)
    add_error_handlers(own)
    async with AsyncClient(transport=ASGITransport(app=own), base_url="http://test") as client:
        headers = {"Authorization": f"Bearer {provider.token(scope=scope)}"}
        assert (await client.get("/greeting", headers=headers)).status_code == status
