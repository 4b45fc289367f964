"""The settings, and where they come from."""

import os
import runpy
from pathlib import Path
from typing import Self
from unittest.mock import patch

import pytest
from pydantic import model_validator

from app import main
from app.core import config
from app.core.config import SERVICE_NAME, Settings, load_settings, set_telemetry_defaults
from tests.settings import assert_bounds, assert_default


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_BODY_SIZE", "17")

    assert load_settings().max_body_size == 17


def test_settings_come_from_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tmp_path.joinpath(".env").write_text("MAX_BODY_SIZE=17\nOF_ANOTHER_PROGRAM=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ENV_FILE")

    loaded = runpy.run_path(config.__file__)

    assert loaded["settings"].max_body_size == 17


def test_env_file_names_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "other.env"
    file.write_text("MAX_BODY_SIZE=17\n")
    monkeypatch.setenv("ENV_FILE", f"{file}\n")

    loaded = runpy.run_path(config.__file__)

    assert loaded["settings"].max_body_size == 17


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("cors_origins", []),
        ("allowed_hosts", ["*"]),
        ("docs", True),
        ("max_body_size", 1048576),
    ],
)
def test_a_setting_that_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch, name: str, default: object) -> None:
    assert_default(monkeypatch, name, default)


@pytest.mark.parametrize(
    ("name", "largest", "unit"),
    [
        ("MAX_BODY_SIZE", 1073741824, "bytes"),
    ],
)
def test_a_number_has_bounds(monkeypatch: pytest.MonkeyPatch, name: str, largest: int, unit: str) -> None:
    assert_bounds(monkeypatch, name, largest, unit)


def test_the_error_about_an_invalid_setting_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_BODY_SIZE", "much")

    with pytest.raises(SystemExit) as refused:
        load_settings()

    assert str(refused.value).splitlines() == [
        "The service cannot start. Set these environment variables, or put them into .env:",
        "  MAX_BODY_SIZE: Input should be a valid integer, unable to parse string as an integer (in bytes)",
    ]


def test_an_invalid_setting_without_a_description_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings.model_fields["max_body_size"], "description", None)
    monkeypatch.setenv("MAX_BODY_SIZE", "0")

    with pytest.raises(SystemExit, match=r"  MAX_BODY_SIZE: Input should be greater than 0$"):
        load_settings()


@pytest.mark.parametrize(("name", "value"), [("log_level", "DEBUG"), ("docs", False), ("cors_origins", ["*"])])
def test_whitespace_around_a_value_is_ignored(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    monkeypatch.setenv(name.upper(), f" {value[0] if isinstance(value, list) else value}\n")

    assert getattr(load_settings(), name) == value


def test_settings_that_are_refused_together_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class MoreSettings(Settings):
        @model_validator(mode="after")
        def check(self) -> Self:
            raise ValueError("DOCS requires ALLOWED_HOSTS")

    monkeypatch.setattr(config, "Settings", MoreSettings)

    with pytest.raises(SystemExit) as refused:
        load_settings()

    assert str(refused.value).splitlines()[1:] == ["  Value error, DOCS requires ALLOWED_HOSTS"]


@pytest.mark.parametrize("separator", [",", " ", ", "])
def test_origins_are_separated_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch, separator: str) -> None:
    origins = ["https://www.example.com", "http://localhost:3000", "*"]
    monkeypatch.setenv("CORS_ORIGINS", separator.join(origins))

    assert load_settings().cors_origins == origins


@pytest.mark.parametrize(
    "origin",
    ["https://www.example.com/", "www.example.com", "null", "https://Example.com", "https://*.example.com"],
)
def test_an_invalid_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", origin)

    with pytest.raises(SystemExit, match=r"  CORS_ORIGINS: .* \(such as https://www.example.com\)$"):
        load_settings()


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "api.example.com,*.example.org,127.0.0.1")

    assert load_settings().allowed_hosts == ["api.example.com", "*.example.org", "127.0.0.1"]


@pytest.mark.parametrize("host", ["https://api.example.com", "api.example.com:8000", "API.example.com", ","])
def test_an_invalid_host_is_refused(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", host)

    with pytest.raises(SystemExit, match=r"  ALLOWED_HOSTS: .* \(such as api.example.com or \*.example.com\)$"):
        load_settings()


@pytest.mark.parametrize(
    "given",
    [
        {"OTEL_SERVICE_NAME": "other", "OTEL_EXPORTER_OTLP_TIMEOUT": "5"},
        {"OTEL_RESOURCE_ATTRIBUTES": "service.version=1,service.name=other", "OTEL_EXPORTER_OTLP_TIMEOUT": "5"},
    ],
)
def test_variables_of_opentelemetry_are_not_overridden(given: dict[str, str]) -> None:
    environment = dict(given)

    set_telemetry_defaults(environment)

    assert environment == given


@pytest.mark.parametrize("given", [{}, {"OTEL_RESOURCE_ATTRIBUTES": "service.version=1"}])
def test_opentelemetry_gets_the_name_of_the_service_by_default(given: dict[str, str]) -> None:
    environment = dict(given)

    set_telemetry_defaults(environment)

    assert environment == {
        **given,
        "OTEL_SERVICE_NAME": SERVICE_NAME,
        "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
    }


def test_the_application_sets_the_defaults_of_opentelemetry() -> None:
    with patch.dict(os.environ):
        os.environ.pop("OTEL_EXPORTER_OTLP_TIMEOUT", None)

        runpy.run_path(main.__file__)

        assert os.environ["OTEL_EXPORTER_OTLP_TIMEOUT"] == "1"
