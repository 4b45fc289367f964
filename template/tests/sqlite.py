"""The SQLite database of the tests: a temporary file, so that sessions are separate connections, as in production."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import make_engine
from tests.migrations import make_tables

Clean = Callable[[], Awaitable[None]]


@pytest.fixture(scope="session")
async def engine() -> AsyncGenerator[AsyncEngine]:
    """The engine of the test database of this process. Tests use `test_engine`."""
    async with new_engine() as engine:
        await make_tables(engine)
        yield engine


@pytest.fixture(scope="session")
async def clean_tables(engine: AsyncEngine) -> AsyncGenerator[Clean]:
    """A function that resets the database to what the migrations created."""
    async with table_cleaner(engine) as clean:
        yield clean


@pytest.fixture
async def empty_engine() -> AsyncGenerator[AsyncEngine]:
    """An engine on a database without tables."""
    async with new_engine() as engine:
        yield engine


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield an engine on a new database, which is removed afterwards."""
    with TemporaryDirectory(prefix="test-", ignore_cleanup_errors=True) as folder:
        url = URL.create("sqlite+aiosqlite", database=str(Path(folder) / "test.db"))
        engine = make_engine(url.render_as_string())
        event.listen(engine.sync_engine, "connect", _disable_sync)
        try:
            yield engine
        finally:
            await engine.dispose()


def _disable_sync(dbapi_connection: Any, _record: object) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


# For each table, a query that returns the statement that empties it, if it has rows.
QUERIES = """
    SELECT printf('SELECT %Q WHERE EXISTS (SELECT 1 FROM "%w")', printf('DELETE FROM "%w";', name), name)
    FROM sqlite_schema WHERE type = 'table' AND name <> 'alembic_version'
"""
# Triggers and virtual tables, by which a DELETE changes other tables.
SIDE_EFFECTS = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%'"


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Clean]:
    """Yield a function that resets the database: it deletes rows, or copies the database back if that is not enough."""
    # A blocking connection is faster here than the thread of the asynchronous driver.
    with closing(connect(str(engine.url.database), isolation_level=None)) as connection, closing(connect("")) as copy:
        _disable_sync(connection, None)
        connection.backup(copy)

        def values(query: str) -> list[Any]:
            return [value for (value,) in connection.execute(query)]

        filled = " UNION ALL ".join(["SELECT NULL WHERE false", *values(QUERIES)])
        only_deletes = not values(filled) and not values(SIDE_EFFECTS)
        revision = values("SELECT version_num FROM alembic_version")
        version = values("PRAGMA schema_version")  # changes with the schema
        commits = values("PRAGMA data_version")  # changes with the commits of other connections

        async def clean() -> None:
            nonlocal version, commits
            if values("PRAGMA data_version") == commits:
                return
            same_tables = values("PRAGMA schema_version") == version
            if same_tables and only_deletes and values("SELECT version_num FROM alembic_version") == revision:
                # Foreign keys are off here, so that the order does not matter.
                connection.executescript(f"BEGIN IMMEDIATE; {' '.join(values(filled))} COMMIT;")
            else:
                connection.executescript("BEGIN IMMEDIATE; COMMIT;")  # fails during another write: a copy would wait
                copy.backup(connection)
                version = values("PRAGMA schema_version")
            commits = values("PRAGMA data_version")

        yield clean
