"""The identity provider of the tests: an ASGI application, which the HTTP client of the service calls."""

from functools import partial
from time import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.responses import JSONResponse
from httpx2 import ASGITransport
from jwt.algorithms import ECAlgorithm
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.config import settings
from app.core.oidc import IdentityProvider
from app.main import app as application

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"


class FakeProvider:
    """An identity provider, which publishes its key and signs tokens with it.

    `requests` lists the requests that it received. Tests change its `documents`, or set another `response`.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.response: ASGIApp | None = None  # such as `Response(status_code=500)`
        discovery = {"issuer": settings.oidc_issuer, "jwks_uri": f"{settings.oidc_issuer}{KEYS}"}
        self.documents: dict[str, dict[str, Any]] = {DISCOVERY: discovery}
        self.rotate()

    def rotate(self) -> None:
        """Replace the key by a new one."""
        self.publish(ec.generate_private_key(ec.SECP256R1()), ECAlgorithm)

    def publish(self, key: Any, kind: type[Any], **jwk: object) -> None:
        """Publish this key, and sign with it. `kind` is PyJWT's class for it; `jwk` are further members of the JSON Web Key."""
        self.key, self.key_id = key, uuid4().hex
        public = kind.to_jwk(key.public_key(), as_dict=True)
        self.documents[KEYS] = {"keys": [{**public, "kid": self.key_id, **jwk}]}

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of an access token (RFC 9068, section 2.2) with changes; None removes one."""
        claims: dict[str, object] = {
            "iss": settings.oidc_issuer,
            "aud": settings.oidc_audience,
            "sub": "test-user",
            "email": "test@example.com",
            "scope": "openid email",
            "client_id": "test-client",
            "iat": int(time()),
            "exp": int(time()) + 60,
            "jti": uuid4().hex,
        }
        return {name: claim for name, claim in (claims | changes).items() if claim is not None}

    def token(
        self, *, key: Any = None, algorithm: str = "ES256", headers: dict[str, Any] | None = None, **changes: Any
    ) -> str:
        """Return an access token, signed by `key` instead of the provider's, with changes of its headers and claims."""
        header = {"typ": "at+jwt", "kid": self.key_id} | (headers or {})
        return jwt.encode(self.claims(**changes), key or self.key, algorithm, header)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the discovery document and the keys."""
        self.requests.append(f"{scope['method']} {scope['path']}")
        response = self.response or JSONResponse(self.documents[scope["path"]])
        await response(scope, receive, send)


@pytest.fixture
def provider() -> FakeProvider:
    """The identity provider, which issues the tokens."""
    return FakeProvider()


@pytest.fixture
def auth_headers(provider: FakeProvider) -> dict[str, str]:
    """The headers of a user who has signed in: test@example.com."""
    return {"Authorization": f"Bearer {provider.token()}"}


@pytest.fixture(autouse=True)
def _use_provider(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the identity provider of the application."""
    make_provider = partial(IdentityProvider, ASGITransport(app=provider))
    monkeypatch.setattr("app.lifespan.IdentityProvider", make_provider)
    application.state.identity_provider = make_provider()
