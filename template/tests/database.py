"""The fixtures of the test database.

Isolation: tests commit, as in production. After each test the database is reset to the tables and rows that the
migrations created. Rows of a fixture with a wider scope do not last: insert them in a migration. A transaction around
each test, rolled back at its end, would hide a missing commit and could not serve concurrent requests. A test that
leaves a session or a task open fails.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

import pytest
from fastapi import FastAPI
from sqlalchemy import AsyncAdaptedQueuePool, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, close_all_sessions

from app.core.config import settings
from app.database import SessionFactory, make_session_factory
from app.main import app as application
from tests.conftest import end_tasks


@pytest.fixture
async def test_engine(engine: AsyncEngine, clean_tables: Callable[[], Awaitable[None]]) -> AsyncGenerator[AsyncEngine]:
    """The engine of the test database, which is reset after the test."""
    assert isinstance(engine.pool, AsyncAdaptedQueuePool)
    in_use, before = engine.pool.checkedout(), asyncio.all_tasks()
    try:
        yield engine
        await end_tasks(asyncio.all_tasks() - before - {asyncio.current_task()})  # before their rows are deleted
    finally:
        left_open = engine.pool.checkedout() - in_use
        await close_all_sessions()  # or their locks would block the next test
        await clean_tables()
    assert not left_open, f"the test left {left_open} session(s) open: close each, such as by `async with`"


@pytest.fixture
def session_factory(test_engine: AsyncEngine) -> SessionFactory:
    """The factory of sessions on the test database, for code that opens its own."""
    return make_session_factory(test_engine)


@pytest.fixture
def statements() -> Generator[list[str]]:
    """The SQL statements that are executed during the test."""
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    yield statements
    event.remove(Engine, "before_cursor_execute", record)


@pytest.fixture
async def db_session(session_factory: SessionFactory) -> AsyncGenerator[AsyncSession]:
    """A session for the test itself. The application does not see its changes before a commit."""
    async with session_factory() as session:
        yield session


@pytest.fixture
def app(session_factory: SessionFactory) -> FastAPI:
    """The application on the test database. Its lifespan is not run, except by `with TestClient(app)`.

    Each request gets a session of its own from `get_db`, which commits or rolls back.
    """
    engine: AsyncEngine = session_factory.kw["bind"]
    settings.database_url = engine.url.render_as_string(hide_password=False)  # for the lifespan
    application.state.session_factory, application.state.is_migrated = session_factory, False
    return application


@pytest.fixture(autouse=True)
def _stop_tracing() -> Generator[None]:
    """Undo `trace_statements`, which works once in a process."""
    yield
    # The application imports it when it traces.
    if module := sys.modules.get("opentelemetry.instrumentation.sqlalchemy"):
        instrumentor = module.SQLAlchemyInstrumentor()
        if instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.uninstrument()
