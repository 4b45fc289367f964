"""The readiness probe and the database."""

from collections.abc import AsyncGenerator

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from app.core.config import settings
from app.database import make_engine, make_session_factory

OTHER_REVISION = "The migrations of the database are not up to date: run them."


@pytest.fixture
async def unreachable_database(app: FastAPI, test_engine: AsyncEngine) -> AsyncGenerator[None]:
    """Let the application use a database that does not exist."""
    url = test_engine.url.set(database="/nowhere/at/all")
    engine = make_engine(url.render_as_string(hide_password=False))
    app.state.session_factory = make_session_factory(engine)
    yield
    await engine.dispose()


@pytest.mark.usefixtures("unreachable_database")
async def test_the_service_is_live_but_not_ready_without_its_database(client: AsyncClient) -> None:
    live = await client.get("/health/live")
    ready = await client.get("/health/ready")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["success"] is False
    assert ready.json()["error"]["code"] == "SERVICE_UNAVAILABLE"


async def test_the_service_is_not_ready_when_the_database_takes_too_long(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "readiness_timeout", 0.0)

    response = await client.get("/health/ready")

    assert response.status_code == 503


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DROP TABLE alembic_version", "The service is not available at the moment."),
        ("DELETE FROM alembic_version", OTHER_REVISION),
        ("UPDATE alembic_version SET version_num = 'other'", OTHER_REVISION),
    ],
    ids=["no tables", "no revision", "another revision"],
)
async def test_the_service_is_not_ready_with_another_schema_revision(
    app: FastAPI, client: AsyncClient, db_session: AsyncSession, statement: str, message: str
) -> None:
    # On a connection that commits nothing: the other tests need the revision.
    await db_session.execute(text(statement))
    app.state.session_factory = async_sessionmaker(bind=await db_session.connection())

    response = await client.get("/health/ready")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.json()["error"] == {"code": "SERVICE_UNAVAILABLE", "message": message}


async def test_the_service_stays_ready_when_a_newer_release_migrates_the_database(
    app: FastAPI, client: AsyncClient, db_session: AsyncSession
) -> None:
    before = await client.get("/health/ready")
    await db_session.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    app.state.session_factory = async_sessionmaker(bind=await db_session.connection())

    after = await client.get("/health/ready")

    assert (before.status_code, after.status_code) == (200, 200)
