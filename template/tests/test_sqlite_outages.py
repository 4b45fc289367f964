"""Trouble with the database that only SQLite has."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import URL, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.config import settings
from tests import notes
from tests.notes import Note
from tests.outages import NOTE, assert_unavailable, engine_for, in_time, request_with


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(notes.router)


@pytest.fixture
async def impatient_engine(
    app: FastAPI, test_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[AsyncEngine]:
    """The engine of the application, which waits for 0.2 seconds, also to connect."""
    monkeypatch.setattr(settings, "database_timeout", 0.2)
    async with engine_for(app, test_engine, timeout=0.2) as engine:
        yield engine


@pytest.mark.usefixtures("impatient_engine")
async def test_a_request_that_gets_no_lock_in_time_is_refused(
    client: AsyncClient, db_session: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    await db_session.execute(insert(Note).values(text="Uncommitted"))

    async with in_time():
        response = await client.post("/notes", json=NOTE)

    assert_unavailable(response, caplog)
    await db_session.rollback()
    assert (await client.post("/notes", json=NOTE)).status_code == 201
    assert (await client.get("/notes")).json() == [NOTE["text"]]


async def test_a_database_that_is_not_there_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = URL.create("sqlite+aiosqlite", database=str(tmp_path / "missing" / "test.db"))

    assert_unavailable(await request_with(url.render_as_string()), caplog)
