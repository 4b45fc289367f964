"""Access tokens, which are signed (RFC 7519), and refresh tokens, which are random and stored."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import jwt

from app.core.config import settings
from app.core.exceptions import AuthenticationError, InvalidTokenError

ALGORITHM = "HS256"
REQUIRED_CLAIMS = ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "type"]
LEEWAY = 10  # seconds that clocks may differ


class AccessToken(NamedTuple):
    """The claims of an access token."""

    user_id: UUID
    session_id: UUID


def issue_access_token(user_id: UUID, session_id: UUID, lifetime: int) -> str:
    """Return an access token that expires after `lifetime` seconds."""
    now = datetime.now(UTC)
    claims = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": str(user_id),
        "sid": str(session_id),
        "exp": now + timedelta(seconds=lifetime),
        "iat": now,
        "jti": str(uuid4()),
        "type": "access",
    }
    key_id, key = next(iter(_keys().items()))
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id})


def read_access_token(value: str | None) -> AccessToken:
    """Return the claims of an access token. Raises AuthenticationError for None, InvalidTokenError if it is invalid."""
    if value is None:
        raise AuthenticationError
    try:
        key = settings.secret_key.get_secret_value()
        if settings.secret_key_fallbacks:
            key = _keys().get(jwt.get_unverified_header(value).get("kid", ""), key)
        claims = jwt.decode(
            value,
            key,
            # Pinned: an attacker can choose the header of the token (RFC 8725, section 3.1).
            algorithms=[ALGORITHM],
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            leeway=LEEWAY,
            options={"require": REQUIRED_CLAIMS},
        )
        if claims["type"] != "access":
            raise InvalidTokenError
        return AccessToken(UUID(claims["sub"]), UUID(claims["sid"]))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidTokenError from error


def _keys() -> dict[str, str]:
    """Return the keys by key id. The first one signs, all verify."""
    keys = [key.get_secret_value() for key in (settings.secret_key, *settings.secret_key_fallbacks)]
    return {sha256(f"kid {key}")[:16]: key for key in keys}


def new_refresh_token() -> str:
    """Return the first refresh token of a session: two random parts, the first of which identifies the session."""
    return next_refresh_token(secrets.token_urlsafe(32))


def next_refresh_token(refresh_token: str) -> str:
    """Return the next refresh token of the same session."""
    return f"{refresh_token.partition('.')[0]}.{secrets.token_urlsafe(32)}"


def read_session_id(refresh_token: str) -> UUID:
    """Return the session id of a refresh token: a hash, since access tokens contain it."""
    return UUID(sha256(refresh_token.partition(".")[0])[:32])


def sha256(value: str) -> str:
    """Return the SHA-256 hash of a string in hexadecimal. A fast hash is enough: tokens are long and random."""
    return hashlib.sha256(value.encode()).hexdigest()
