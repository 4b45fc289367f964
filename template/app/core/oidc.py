"""Verification of the access tokens that an identity provider issues (OpenID Connect)."""

import asyncio
import logging
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Annotated, Any

import httpx2
import jwt
from pydantic import AfterValidator, BaseModel

from app.core.config import settings
from app.core.exceptions import AuthenticationError, InvalidTokenError, ServiceUnavailableError
from app.core.issuers import check_https
from app.schemas.principal import Principal

REQUIRED_CLAIMS = ["iss", "aud", "sub", "exp", "iat"]
# Claims of Keycloak and Amazon Cognito that distinguish access tokens from ID tokens of the same type.
PURPOSES = {"typ": "Bearer", "token_use": "access"}

MAX_TOKEN_LENGTH = 16 * 1024
MAX_DOCUMENT_SIZE = 1024 * 1024  # bytes

# In seconds: the age at which the keys are fetched again, since one may have been revoked; the age up to which they are
# used if that fails; and the minimum between two requests, even if many tokens have an unknown key.
REFRESH_AFTER = 5 * 60
KEYS_LIFETIME = 60 * 60
REFRESH_INTERVAL = 5

logger = logging.getLogger(__name__)


def check_expected_issuer(issuer: str) -> str:
    """Return the issuer. Raises ValueError if it is not the one in the settings."""
    if issuer != settings.oidc_issuer:
        raise ValueError(f"the issuer is {issuer}, not OIDC_ISSUER")
    return issuer


class Discovery(BaseModel, hide_input_in_errors=True):
    """The fields of the discovery document that are used (OpenID Connect Discovery 1.0, section 3)."""

    issuer: Annotated[str, AfterValidator(check_expected_issuer)]
    jwks_uri: Annotated[str, AfterValidator(check_https)]


class KeySet(BaseModel, hide_input_in_errors=True):
    """The keys of the provider (RFC 7517, section 5)."""

    keys: list[dict[str, Any]]


def discovery_url() -> str:
    """Return the URL of the discovery document (OpenID Connect Discovery 1.0, section 4)."""
    return f"{settings.oidc_issuer.removesuffix('/')}/.well-known/openid-configuration"


class IdentityProvider:
    """A client of the identity provider. Its keys are fetched when they are first needed, and cached."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        # Request uncompressed responses, whose size can be limited. Redirects are not followed by default. `_fetch` has
        # the timeout.
        headers = {"Accept-Encoding": "identity"}
        self.http = httpx2.AsyncClient(transport=transport, headers=headers, timeout=None)
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._next_refresh = -inf
        self._failed = True  # until they have been fetched
        self._refreshing: asyncio.Task[None] | None = None

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        if self._refreshing:
            self._refreshing.cancel()
        await self.http.aclose()

    async def authenticate(self, token: str | None) -> Principal:
        """Return the user or client that an access token was issued for.

        Raises AuthenticationError without a token, InvalidTokenError when it is not valid, and ServiceUnavailableError
        when it cannot be verified because the keys of the provider cannot be fetched.
        """
        if token is None:
            raise AuthenticationError
        try:
            if len(token) > MAX_TOKEN_LENGTH or not _has_type(header := jwt.get_unverified_header(token)):
                raise InvalidTokenError
            key = await self._get_key(header["kid"])
            claims = jwt.decode(
                token,
                key,
                # Pinned to the key: an attacker can choose the header (RFC 8725, section 3.1).
                algorithms=[key.algorithm_name],
                issuer=settings.oidc_issuer,
                audience=settings.oidc_audience,
                leeway=settings.oidc_leeway,
                options={"require": REQUIRED_CLAIMS, "enforce_minimum_key_length": True},
            )
            if any(claims.get(name, purpose) != purpose for name, purpose in PURPOSES.items()):
                raise InvalidTokenError
            return _read_principal(claims)
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise InvalidTokenError from error

    async def _get_key(self, key_id: str) -> jwt.PyJWK:
        if monotonic() > self._fetched_at + REFRESH_AFTER or key_id not in self._keys:
            refreshing = self._refresh()
            if not self._has(key_id):
                await asyncio.wait([refreshing])  # not cancelled with this request: others share it
        if not self._has(key_id):
            raise ServiceUnavailableError if self._failed else InvalidTokenError
        return self._keys[key_id]

    def _has(self, key_id: str) -> bool:
        return key_id in self._keys and monotonic() < self._fetched_at + KEYS_LIFETIME

    def _refresh(self) -> asyncio.Task[None]:
        """Return the task that fetches the keys, or has just done so. All requests share it."""
        if not self._refreshing or (self._refreshing.done() and monotonic() >= self._next_refresh):
            self._refreshing = asyncio.create_task(self._fetch())
        return self._refreshing

    async def _fetch(self) -> None:
        self._failed, is_first = True, not self._keys
        try:
            async with asyncio.timeout(settings.oidc_timeout):
                discovery = Discovery.model_validate_json(await self._get(discovery_url()))
                self._keys = _read_keys(await self._get(discovery.jwks_uri))
            self._failed, self._fetched_at = False, monotonic()
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            # On one line: the error may quote the document.
            logger.warning("Cannot fetch the keys of the identity provider: %s", " ".join(repr(error).split()))
        # The first keys can be fetched again at once: the provider may be replacing them.
        self._next_refresh = monotonic() + (0 if is_first and not self._failed else REFRESH_INTERVAL)

    async def _get(self, url: str) -> bytes:
        body = b""
        async with self.http.stream("GET", url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_DOCUMENT_SIZE:
                    raise ValueError("the response is too large")
        return body


def _read_keys(document: bytes) -> dict[str, jwt.PyJWK]:
    """Return the keys that may sign tokens, by their ids. Raises ValueError when there are none."""
    keys: dict[str, jwt.PyJWK] = {}
    for described in KeySet.model_validate_json(document).keys:
        with suppress(jwt.PyJWTError, KeyError, TypeError, NotImplementedError):
            key = jwt.PyJWK(described)  # without `alg`: the usual algorithm of its type
            if key.algorithm_name in settings.oidc_algorithms and key.public_key_use != "enc":
                keys[described["kid"]] = key
    if not keys:
        raise ValueError("there is no usable key")
    return keys


def _has_type(header: dict[str, Any]) -> bool:
    """Return whether the type in the header is that of an access token (RFC 9068, section 4)."""
    return _media_type(str(header.get("typ", "JWT"))) in map(_media_type, settings.oidc_token_types)


def _media_type(name: str) -> str:
    """Return the name of a media type without the prefix that may be left out (RFC 7515, section 4.1.9)."""
    return name.lower().removeprefix("application/")


def _read_principal(claims: dict[str, Any]) -> Principal:
    scopes = claims.get("scope", claims.get("scp", ""))  # words (RFC 9068, section 2.2.3) or a list
    if isinstance(scopes, str):
        scopes = scopes.split()
    return Principal(subject=claims["sub"], email=claims.get("email"), scopes=scopes)
