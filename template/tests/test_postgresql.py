"""Which server the tests use."""

import pytest

from tests import postgresql
from tests.postgresql import DatabaseURLs, server


@pytest.mark.parametrize(
    "own", ["postgresql://host:5432/own", "postgres://someone:secret@host/own", "postgresql+asyncpg://host/own"]
)
def test_the_database_of_the_application_is_refused(monkeypatch: pytest.MonkeyPatch, own: str) -> None:
    urls = DatabaseURLs(database_url=own, test_database_url="postgresql://tests@host/own")
    monkeypatch.setattr(postgresql, "URLS", urls)

    with pytest.raises(ValueError, match="TEST_DATABASE_URL names the database of DATABASE_URL"), server():
        pass


@pytest.mark.parametrize("own", ["postgresql://host/other", "postgresql://elsewhere/tests", None])
def test_another_database_is_used_as_it_is_named(monkeypatch: pytest.MonkeyPatch, own: str | None) -> None:
    urls = DatabaseURLs(database_url=own, test_database_url="postgres://tests:secret@host/tests")
    monkeypatch.setattr(postgresql, "URLS", urls)

    with server() as url:
        assert url == "postgresql+asyncpg://tests:secret@host/tests"
