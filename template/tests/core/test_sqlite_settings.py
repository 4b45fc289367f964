"""The settings of SQLite."""

import pytest

from app.core.config import SERVICE_NAME, load_settings
from tests.settings import assert_default


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("database_url", f"sqlite+aiosqlite:///{SERVICE_NAME}.db"),
        ("database_pool_size", 4),
    ],
)
def test_a_setting_that_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch, name: str, default: object) -> None:
    assert_default(monkeypatch, name, default)


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
def test_every_scheme_of_sqlite_gets_the_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}:///test.db")

    assert load_settings().database_url == "sqlite+aiosqlite:///test.db"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "the URL must start with sqlite:///"),
        ("sqlite://test.db", "the URL must start with sqlite:///"),
        ("not a url", "not a valid database URL"),
        ("sqlite://user:secret/test.db", "not a valid database URL"),
        ("sqlite://", "the database must be a file"),
        ("sqlite:///:memory:", "the database must be a file"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "the database must be a file"),
        ("sqlite:///file:name?mode=memory&uri=true", "the database must be a file"),
    ],
)
def test_an_invalid_database_url_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, message: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(SystemExit) as refused:
        load_settings()

    assert f"  DATABASE_URL: Value error, {message}" in str(refused.value)
    assert str(refused.value).endswith(" (such as sqlite:////absolute/path.db)")
