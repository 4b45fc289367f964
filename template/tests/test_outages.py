"""Requests while the database is unavailable."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.config import settings
from app.database import SessionFactory
from tests import memos
from tests.memos import Memo
from tests.outages import assert_unavailable, replaced_engine, response_to_statement


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(memos.router)


@pytest.fixture
async def short_pool_timeout(
    app: FastAPI, test_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[AsyncEngine]:
    """The engine of the application, which waits for a connection of its pool for 0.2 seconds."""
    monkeypatch.setattr(settings, "database_timeout", 0.2)
    async with replaced_engine(app, test_engine) as engine:
        yield engine


async def test_a_request_without_a_connection_in_time_is_unavailable(
    client: AsyncClient, short_pool_timeout: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(settings.database_pool_size):
            await stack.enter_async_context(short_pool_timeout.connect())
        async with asyncio.timeout(3):
            response = await client.get("/memos")

    assert_unavailable(response, caplog)
    assert (await client.get("/memos")).status_code == 200


async def test_a_statement_can_be_cancelled(app: FastAPI, test_engine: AsyncEngine, db_session: AsyncSession) -> None:
    db_session.add(Memo(text="Test Memo"))
    await db_session.commit()
    locked = select(Memo).with_for_update()
    await db_session.scalar(locked)

    # Not every driver can interrupt a statement: one that waits for a lock may end at the timeout only.
    async with replaced_engine(app, test_engine, timeout=0.5) as engine, AsyncSession(engine) as other:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await other.scalar(locked)
        await db_session.rollback()


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM missing", "SELEC 1", "INSERT INTO memos (id) VALUES (NULL)"],
    ids=["no such table", "syntax error", "NOT NULL"],
)
async def test_a_bug_in_a_statement_is_an_internal_error(statement: str, session_factory: SessionFactory) -> None:
    assert (await response_to_statement(statement, session_factory)).status_code == 500
