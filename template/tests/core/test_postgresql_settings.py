"""The settings of PostgreSQL."""

import pytest

from app.core.config import load_settings
from tests.settings import assert_default


def test_the_pool_has_fifteen_connections_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_default(monkeypatch, "database_pool_size", 15)


def test_the_error_about_a_missing_database_url_has_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")

    with pytest.raises(SystemExit, match=r"DATABASE_URL: Field required \(such as postgresql://user:password@"):
        load_settings()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_every_scheme_of_postgresql_gets_the_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://user:secret@host/name")

    assert load_settings().database_url == "postgresql+asyncpg://user:secret@host/name"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "the URL must start with postgresql://"),
        ("not a url", "not a valid database URL"),
        ("postgresql://host:port/name", "not a valid database URL"),
        ("postgresql:///name?host=host&port=port", "not a valid database URL"),
        ("postgresql:///name?host=one:1,two:2", "not a valid database URL"),
        ("postgresql://host/", "the URL must contain the name of a database"),
        ("postgresql://host:65536/name", "ports must be from 1 to 65535"),
        ("postgresql:///name?host=host&port=0", "ports must be from 1 to 65535"),
        ("postgresql:///name?host=one:1&host=two:65536", "ports must be from 1 to 65535"),
        ("postgresql://host/name?pool=1&channel_binding=1", "unsupported parameters: channel_binding, pool"),
        (
            "postgresql://host/name?sslmode=on",
            "sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full",
        ),
        ("postgresql://host/name?connect_timeout=soon", "connect_timeout must be a whole number"),
        ("postgresql://host/name?statement_cache_size=100", "statement_cache_size must be 0"),
    ],
)
def test_an_invalid_database_url_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, message: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(SystemExit, match=f"DATABASE_URL: Value error, {message}"):
        load_settings()


@pytest.mark.parametrize("place", ["host:1/name", "host:65535/name", "/name?host=one%3A1&host=two%3A65535"])
def test_the_lowest_and_the_highest_port_are_accepted(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{place}")

    assert load_settings().database_url == f"postgresql+asyncpg://{place}"


def test_the_representation_of_the_settings_hides_the_password_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hunter2@host/name")

    assert "hunter2" not in repr(load_settings())
