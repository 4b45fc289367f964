"""Requests while SQLite is locked or its file is missing."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import URL, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.config import settings
from tests import memos
from tests.memos import Memo
from tests.outages import MEMO, assert_unavailable, replaced_engine, response_with_database


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(memos.router)


@pytest.fixture
async def short_timeout(
    app: FastAPI, test_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[AsyncEngine]:
    """The engine of the application, which times out after 0.2 seconds."""
    monkeypatch.setattr(settings, "database_timeout", 0.2)
    async with replaced_engine(app, test_engine, timeout=0.2) as engine:
        yield engine


@pytest.mark.usefixtures("short_timeout")
async def test_a_request_without_a_lock_in_time_is_unavailable(
    client: AsyncClient, db_session: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    await db_session.execute(insert(Memo).values(text="Uncommitted"))

    async with asyncio.timeout(3):
        response = await client.post("/memos", json=MEMO)

    assert_unavailable(response, caplog)
    await db_session.rollback()
    assert (await client.post("/memos", json=MEMO)).status_code == 201
    assert (await client.get("/memos")).json() == [MEMO["text"]]


async def test_a_missing_database_is_unavailable(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = URL.create("sqlite+aiosqlite", database=str(tmp_path / "missing" / "test.db"))

    assert_unavailable(await response_with_database(url.render_as_string()), caplog)
