"""Access tokens and refresh tokens."""

import sys
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from pydantic import SecretStr

from app.core.config import settings
from app.core.exceptions import InvalidTokenError
from app.core.tokens import (
    ALGORITHM,
    AccessToken,
    issue_access_token,
    new_refresh_token,
    next_refresh_token,
    read_access_token,
    read_session_id,
    sha256,
)

KEY = settings.secret_key.get_secret_value()
OTHER_KEY = "another key, which is just as long as it needs to be"


def valid_claims() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "exp": now + timedelta(minutes=1),
        "iat": now,
        "jti": str(uuid4()),
        "type": "access",
    }


def seconds_from_now(seconds: int) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_a_token_that_was_issued_is_accepted() -> None:
    user_id, session_id = uuid4(), uuid4()

    token = issue_access_token(user_id, session_id, lifetime=60)

    assert read_access_token(token) == AccessToken(user_id, session_id)


def test_every_token_is_unique() -> None:
    user_id, session_id = uuid4(), uuid4()

    assert issue_access_token(user_id, session_id, 60) != issue_access_token(user_id, session_id, 60)
    assert new_refresh_token() != new_refresh_token()


def test_valid_claims_are_accepted() -> None:
    claims = valid_claims()

    assert read_access_token(jwt.encode(claims, KEY, ALGORITHM)) == (UUID(claims["sub"]), UUID(claims["sid"]))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "someone-else"),
        ("aud", "someone-else"),
        ("sub", "not-an-id"),
        ("sid", "not-an-id"),
        ("exp", datetime(2026, 1, 1, tzinfo=UTC)),
        ("iat", datetime(2999, 1, 1, tzinfo=UTC)),
        ("type", "refresh"),
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(claim: str, value: object) -> None:
    token = jwt.encode(valid_claims() | {claim: value}, KEY, ALGORITHM)

    with pytest.raises(InvalidTokenError):
        read_access_token(token)


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "type"])
def test_a_token_without_one_of_the_claims_is_refused(claim: str) -> None:
    claims = valid_claims()
    del claims[claim]

    with pytest.raises(InvalidTokenError):
        read_access_token(jwt.encode(claims, KEY, ALGORITHM))


@pytest.mark.parametrize(("claim", "seconds"), [("iat", 5), ("exp", -5)])
def test_small_clock_skew_is_tolerated(claim: str, seconds: int) -> None:
    claims = valid_claims() | {claim: seconds_from_now(seconds)}

    assert read_access_token(jwt.encode(claims, KEY, ALGORITHM))


@pytest.mark.parametrize(("claim", "seconds"), [("iat", 15), ("exp", -15)])
def test_large_clock_skew_is_not_tolerated(claim: str, seconds: int) -> None:
    claims = valid_claims() | {claim: seconds_from_now(seconds)}

    with pytest.raises(InvalidTokenError):
        read_access_token(jwt.encode(claims, KEY, ALGORITHM))


if sys.platform != "win32":  # Windows has no `tzset`

    @pytest.fixture
    def _in_tokyo() -> Generator[None]:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            yield
        time.tzset()

    @pytest.mark.usefixtures("_in_tokyo")
    def test_the_time_zone_of_the_machine_does_not_matter() -> None:
        assert read_access_token(issue_access_token(uuid4(), uuid4(), lifetime=60))


def test_a_token_that_was_signed_with_another_key_is_refused() -> None:
    token = jwt.encode(valid_claims(), OTHER_KEY, ALGORITHM)

    with pytest.raises(InvalidTokenError):
        read_access_token(token)


def test_a_token_of_a_fallback_key_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue_access_token(uuid4(), uuid4(), lifetime=60)
    monkeypatch.setattr(settings, "secret_key", SecretStr(OTHER_KEY))

    monkeypatch.setattr(settings, "secret_key_fallbacks", [SecretStr("an older key"), SecretStr(KEY)])
    assert read_access_token(token)

    monkeypatch.setattr(settings, "secret_key_fallbacks", [])
    with pytest.raises(InvalidTokenError):
        read_access_token(token)


def test_a_fallback_key_does_not_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "secret_key_fallbacks", [SecretStr(OTHER_KEY)])
    token = issue_access_token(uuid4(), uuid4(), lifetime=60)

    monkeypatch.setattr(settings, "secret_key_fallbacks", [])

    assert read_access_token(token)


def test_the_key_id_does_not_reveal_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    header = jwt.get_unverified_header(issue_access_token(uuid4(), uuid4(), lifetime=60))
    monkeypatch.setattr(settings, "secret_key", SecretStr(OTHER_KEY))
    other_header = jwt.get_unverified_header(issue_access_token(uuid4(), uuid4(), lifetime=60))

    assert header["kid"] != other_header["kid"]
    assert header["kid"] not in KEY
    assert KEY not in header["kid"]


@pytest.mark.parametrize("header", [{}, {"kid": "unknown"}], ids=["no key id", "unknown key id"])
def test_a_token_without_a_known_key_id_is_verified_with_the_current_key(
    monkeypatch: pytest.MonkeyPatch, header: dict[str, str]
) -> None:
    monkeypatch.setattr(settings, "secret_key_fallbacks", [SecretStr(OTHER_KEY)])

    assert read_access_token(jwt.encode(valid_claims(), KEY, ALGORITHM, headers=header))
    with pytest.raises(InvalidTokenError):
        read_access_token(jwt.encode(valid_claims(), OTHER_KEY, ALGORITHM, headers=header))


def test_a_token_without_a_signature_is_refused() -> None:
    token = jwt.encode(valid_claims(), None, algorithm="none")

    with pytest.raises(InvalidTokenError):
        read_access_token(token)


def test_a_token_that_was_signed_with_another_algorithm_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    key = KEY.ljust(64, "!")  # long enough for both: only the algorithm is wrong
    monkeypatch.setattr(settings, "secret_key", SecretStr(key))
    token = jwt.encode(valid_claims(), key, algorithm="HS512")

    with pytest.raises(InvalidTokenError):
        read_access_token(token)


@pytest.mark.parametrize("token", ["", "not a token", "a.b.c"])
def test_a_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        read_access_token(token)


def test_refresh_tokens_of_a_session_share_its_id_and_are_random() -> None:
    first = new_refresh_token()
    second = next_refresh_token(first)

    assert second != first
    assert len(second) == len(first)
    assert read_session_id(second) == read_session_id(first) != read_session_id(new_refresh_token())
    assert all(len(part) >= 43 for part in first.split("."))  # 256 bits in base64


def test_the_session_id_does_not_reveal_the_refresh_token() -> None:
    session_id = read_session_id(new_refresh_token())

    assert read_session_id(f"{session_id}.anything") != session_id


def test_the_hash_of_a_token_does_not_contain_it() -> None:
    assert sha256("a-token") == sha256("a-token")
    assert sha256("a-token") != sha256("another-token")
    assert "a-token" not in sha256("a-token")
