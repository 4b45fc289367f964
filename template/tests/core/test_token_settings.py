"""The settings of the tokens."""

import pytest

from app.core.config import SERVICE_NAME, load_settings
from tests.settings import assert_bounds, assert_default


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("secret_key_fallbacks", []),
        ("jwt_issuer", SERVICE_NAME),
        ("jwt_audience", SERVICE_NAME),
        ("access_token_lifetime", 900),
        ("refresh_token_lifetime", 2592000),
    ],
)
def test_a_setting_that_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch, name: str, default: object) -> None:
    assert_default(monkeypatch, name, default)


@pytest.mark.parametrize(
    ("name", "largest", "unit"),
    [
        ("ACCESS_TOKEN_LIFETIME", 86400, "seconds"),
        ("REFRESH_TOKEN_LIFETIME", 31536000, "seconds"),
    ],
)
def test_a_number_has_bounds(monkeypatch: pytest.MonkeyPatch, name: str, largest: int, unit: str) -> None:
    assert_bounds(monkeypatch, name, largest, unit)


def test_the_error_about_a_missing_secret_key_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(SystemExit, match=r"SECRET_KEY: Field required \(make one: python -c 'import secrets; print\("):
        load_settings()


@pytest.mark.parametrize("name", ["JWT_ISSUER", "JWT_AUDIENCE"])
def test_a_blank_issuer_or_audience_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, " ")

    with pytest.raises(SystemExit, match=f"  {name}: String should have at least 1 character"):
        load_settings()


def test_a_weak_secret_key_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2".ljust(31, "!"))

    with pytest.raises(SystemExit, match=r"SECRET_KEY: .*at least 32") as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("key", ["x" * 32, "changeme" * 8, "0123456" * 10], ids=["x", "changeme", "seven characters"])
def test_a_secret_key_that_is_not_random_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("SECRET_KEY", key)

    with pytest.raises(SystemExit, match="SECRET_KEY: Value error, a key must be random"):
        load_settings()


def test_a_secret_key_of_32_characters_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "01234567" * 4)

    assert load_settings().secret_key.get_secret_value() == "01234567" * 4


@pytest.mark.parametrize("separator", [",", " ", ", "])
def test_fallback_keys_are_separated_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch, separator: str) -> None:
    keys = ["the-first-key-of-the-service-until-may", "the-second-key-of-the-service-until-june"]
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", separator.join(keys))

    assert [key.get_secret_value() for key in load_settings().secret_key_fallbacks] == keys


def test_a_weak_fallback_of_the_secret_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", "the-first-key-of-the-service-until-may,hunter2")

    with pytest.raises(SystemExit, match=r"SECRET_KEY_FALLBACKS: .*at least 32") as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)


def test_the_secret_key_is_not_shown_in_logs() -> None:
    settings = load_settings()

    assert settings.secret_key.get_secret_value() not in repr(settings)
