"""Tokens: signed JSON Web Tokens (RFC 7519), each for one purpose."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

import jwt

from app.core.config import settings
from app.core.exceptions import InvalidTokenError

ALGORITHM = "HS256"
REQUIRED_CLAIMS = ["iss", "aud", "sub", "exp", "iat", "jti", "type"]


class TokenType(StrEnum):
    """What a token is for."""

    ACCESS = "access"
    REFRESH = "refresh"


class Token(NamedTuple):
    """A token that was just issued."""

    value: str
    expires_at: datetime


def issue_token(user_id: UUID, token_type: TokenType, lifetime: int) -> Token:
    """Return a token of this type for the user. It expires after `lifetime` seconds."""
    now = datetime.now(UTC)
    expires_at = now + timedelta(seconds=lifetime)
    claims = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": str(user_id),
        "exp": expires_at,
        "iat": now,
        "jti": str(uuid4()),
        "type": token_type.value,
    }
    return Token(jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM), expires_at)


def read_token(value: str, token_type: TokenType) -> UUID:
    """Return the id of the user whom a token of this type was issued for.

    Raises InvalidTokenError when the signature, the algorithm, a claim or the type is not what this service issues.
    """
    try:
        claims = jwt.decode(
            value,
            settings.secret_key.get_secret_value(),
            # Pinned: the header of the token is the attacker's to choose (RFC 8725, section 3.1).
            algorithms=[ALGORITHM],
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            options={"require": REQUIRED_CLAIMS},
        )
        user_id = UUID(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidTokenError from error
    if claims["type"] != token_type:
        raise InvalidTokenError
    return user_id


def hash_token(value: str) -> str:
    """Return what is stored of a refresh token. It is random and long, so a fast hash keeps it secret."""
    return hashlib.sha256(value.encode()).hexdigest()
