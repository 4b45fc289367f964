"""Which tokens are accepted: only those that this service issues, for the purpose it issues them for."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from pydantic import SecretStr

from app.core.config import settings
from app.core.exceptions import InvalidTokenError
from app.core.tokens import ALGORITHM, TokenType, hash_token, issue_token, read_token

KEY = settings.secret_key.get_secret_value()


def valid_claims() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": str(uuid4()),
        "exp": now + timedelta(minutes=1),
        "iat": now,
        "jti": str(uuid4()),
        "type": "access",
    }


def test_a_token_that_was_issued_is_accepted() -> None:
    user_id = uuid4()

    token = issue_token(user_id, TokenType.ACCESS, lifetime=60)

    assert read_token(token.value, TokenType.ACCESS) == user_id
    assert token.expires_at > datetime.now(UTC)


def test_no_two_tokens_are_the_same() -> None:
    user_id = uuid4()

    assert issue_token(user_id, TokenType.ACCESS, 60).value != issue_token(user_id, TokenType.ACCESS, 60).value


@pytest.mark.parametrize("token_type", ["access", "refresh"])
def test_the_claims_that_the_other_tests_change_are_accepted_unchanged(token_type: str) -> None:
    claims = valid_claims() | {"type": token_type}

    assert str(read_token(jwt.encode(claims, KEY, ALGORITHM), TokenType(token_type))) == claims["sub"]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "someone-else"),
        ("aud", "someone-else"),
        ("sub", "not-an-id"),
        ("exp", datetime(2026, 1, 1, tzinfo=UTC)),
        ("iat", datetime(2999, 1, 1, tzinfo=UTC)),
        ("type", "refresh"),
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(claim: str, value: object) -> None:
    token = jwt.encode(valid_claims() | {claim: value}, KEY, ALGORITHM)

    with pytest.raises(InvalidTokenError):
        read_token(token, TokenType.ACCESS)


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "iat", "jti", "type"])
def test_a_token_without_one_of_the_claims_is_refused(claim: str) -> None:
    claims = valid_claims()
    del claims[claim]

    with pytest.raises(InvalidTokenError):
        read_token(jwt.encode(claims, KEY, ALGORITHM), TokenType.ACCESS)


def test_a_token_that_was_signed_with_another_key_is_refused() -> None:
    token = jwt.encode(valid_claims(), "another key, which is just as long as it needs to be", ALGORITHM)

    with pytest.raises(InvalidTokenError):
        read_token(token, TokenType.ACCESS)


def test_a_token_without_a_signature_is_refused() -> None:
    token = jwt.encode(valid_claims(), None, algorithm="none")

    with pytest.raises(InvalidTokenError):
        read_token(token, TokenType.ACCESS)


def test_a_token_that_was_signed_with_another_algorithm_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    key = KEY.ljust(64, "!")  # long enough for both: only the algorithm is wrong
    monkeypatch.setattr(settings, "secret_key", SecretStr(key))
    token = jwt.encode(valid_claims(), key, algorithm="HS512")

    with pytest.raises(InvalidTokenError):
        read_token(token, TokenType.ACCESS)


@pytest.mark.parametrize("token", ["", "not a token", "a.b.c"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        read_token(token, TokenType.ACCESS)


def test_the_hash_of_a_token_does_not_contain_it() -> None:
    assert hash_token("a-token") == hash_token("a-token")
    assert hash_token("a-token") != hash_token("another-token")
    assert "a-token" not in hash_token("a-token")
