"""Which server the tests use, and what becomes of its connections."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.database import make_engine, make_sessions
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


async def test_a_connection_that_the_server_closed_is_replaced(
    app: FastAPI, client: AsyncClient, test_engine: AsyncEngine, db_session: AsyncSession
) -> None:
    engine = make_engine(test_engine.url.render_as_string(hide_password=False))
    app.state.sessions = make_sessions(engine)
    async with engine.connect() as connection:
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
    await db_session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    response = await client.get("/api/v1/items/")

    assert response.status_code == 200
    await engine.dispose()
