"""Trouble with the database: a response in time, one line in the log, and no harm to the requests that follow."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import settings
from app.database import SessionFactory
from tests import notes
from tests.outages import answer_to, assert_unavailable, engine_for, in_time


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(notes.router)


@pytest.fixture
async def impatient_pool(
    app: FastAPI, test_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[AsyncEngine]:
    """The engine of the application, which waits for 0.2 seconds for a place in its pool."""
    monkeypatch.setattr(settings, "database_timeout", 0.2)
    async with engine_for(app, test_engine) as engine:
        yield engine


async def test_a_request_that_gets_no_connection_in_time_is_refused(
    client: AsyncClient, impatient_pool: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(settings.database_pool_size):
            await stack.enter_async_context(impatient_pool.connect())
        async with in_time():
            response = await client.get("/notes")

    assert_unavailable(response, caplog)
    assert (await client.get("/notes")).status_code == 200


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM missing", "SELEC 1", "INSERT INTO notes (id) VALUES (NULL)"],
    ids=["no such table", "syntax error", "NOT NULL"],
)
async def test_a_bug_in_a_statement_is_an_internal_error(statement: str, session_factory: SessionFactory) -> None:
    assert (await answer_to(statement, session_factory)).status_code == 500
