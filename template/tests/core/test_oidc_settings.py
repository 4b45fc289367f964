"""The settings of the identity provider."""

import pytest

from app.core.config import load_settings
from tests.settings import assert_bounds, assert_default


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("oidc_algorithms", ["RS256", "PS256", "ES256", "EdDSA"]),
        ("oidc_token_types", ["at+jwt"]),
        ("oidc_required_scopes", []),
        ("oidc_leeway", 10),
        ("oidc_timeout", 5.0),
    ],
)
def test_a_setting_that_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch, name: str, default: object) -> None:
    assert_default(monkeypatch, name, default)


@pytest.mark.parametrize(
    ("name", "largest", "unit"),
    [
        ("OIDC_TIMEOUT", 60, "seconds"),
    ],
)
def test_a_number_has_bounds(monkeypatch: pytest.MonkeyPatch, name: str, largest: int, unit: str) -> None:
    assert_bounds(monkeypatch, name, largest, unit)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("OIDC_ISSUER", "the identity provider, such as https://login.example.com"),
        ("OIDC_AUDIENCE", "the audience of the access tokens, such as https://api.example.com"),
    ],
)
def test_the_error_about_a_missing_identity_provider_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, hint: str
) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SystemExit, match=rf"  {name}: Field required \({hint}\)$"):
        load_settings()


def test_a_blank_audience_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_AUDIENCE", " ")

    with pytest.raises(SystemExit, match="  OIDC_AUDIENCE: String should have at least 1 character"):
        load_settings()


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example.com/realms/main",
        "http://localhost:8080/realms/main",
        "https://localhost:8443",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://login.localhost:8080",
    ],
)
def test_an_issuer_with_https_or_on_localhost_is_accepted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OIDC_ISSUER", url)

    assert load_settings().oidc_issuer == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://login.example.com", "the URL must start with https://, or with http://localhost"),
        ("http://localhost.example.com", "the URL must start with https://, or with http://localhost"),
        ("http://login-localhost", "the URL must start with https://, or with http://localhost"),
        ("ftp://localhost", "the URL must start with https://, or with http://localhost"),
        ("login.example.com", "the URL must start with https://, or with http://localhost"),
        ("https://", "the URL must start with https://, or with http://localhost"),
        ("https://login.example.com?tenant=main", "an issuer must have no query and no fragment"),
        ("https://login.example.com#main", "an issuer must have no query and no fragment"),
    ],
)
def test_an_invalid_issuer_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, message: str) -> None:
    monkeypatch.setenv("OIDC_ISSUER", url)

    with pytest.raises(SystemExit, match=f"  OIDC_ISSUER: Value error, {message}"):
        load_settings()


def test_algorithms_types_and_scopes_are_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    algorithms = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"
    monkeypatch.setenv("OIDC_ALGORITHMS", algorithms)
    monkeypatch.setenv("OIDC_TOKEN_TYPES", "at+jwt,JWT")
    monkeypatch.setenv("OIDC_REQUIRED_SCOPES", "read write")

    settings = load_settings()

    assert settings.oidc_algorithms == algorithms.split(", ")
    assert settings.oidc_token_types == ["at+jwt", "JWT"]
    assert settings.oidc_required_scopes == ["read", "write"]


@pytest.mark.parametrize("name", ["OIDC_ALGORITHMS", "OIDC_TOKEN_TYPES"])
def test_an_empty_list_that_would_refuse_every_token_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, ",")

    with pytest.raises(SystemExit, match=f"{name}: List should have at least 1 item"):
        load_settings()


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_symmetric_algorithm_is_refused(monkeypatch: pytest.MonkeyPatch, algorithm: str) -> None:
    monkeypatch.setenv("OIDC_ALGORITHMS", f"RS256,{algorithm}")

    with pytest.raises(SystemExit, match="OIDC_ALGORITHMS: Input should be 'RS256', 'RS384'"):
        load_settings()


@pytest.mark.parametrize("seconds", ["0", "300"])
def test_a_leeway_of_up_to_five_minutes_is_accepted(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("OIDC_LEEWAY", seconds)

    assert load_settings().oidc_leeway == int(seconds)


@pytest.mark.parametrize("seconds", ["-1", "301"])
def test_a_negative_or_longer_leeway_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("OIDC_LEEWAY", seconds)

    with pytest.raises(SystemExit, match=r"  OIDC_LEEWAY: Input should be .* \(in seconds\)$"):
        load_settings()
