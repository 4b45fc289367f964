"""SQLite for the tests: a file of the run's own, so that sessions are separate connections, as in production."""

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
    """The engine of a database that only this process uses. Tests get it as `test_engine`."""
    async with new_engine() as engine:
        await make_tables(engine)
        yield engine


@pytest.fixture(scope="session")
async def clean_tables(engine: AsyncEngine) -> AsyncGenerator[Clean]:
    """A function that makes the database again what the migrations made."""
    async with table_cleaner(engine) as clean:
        yield clean


@pytest.fixture
async def empty_engine() -> AsyncGenerator[AsyncEngine]:
    """An engine on a database without tables."""
    async with new_engine() as engine:
        yield engine


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield the application's kind of engine, on an empty database that is removed afterwards."""
    with TemporaryDirectory(prefix="test-", ignore_cleanup_errors=True) as folder:
        url = URL.create("sqlite+aiosqlite", database=str(Path(folder) / "test.db"))
        engine = make_engine(url.render_as_string())
        event.listen(engine.sync_engine, "connect", _do_not_wait_for_the_disk)
        try:
            yield engine
        finally:
            await engine.dispose()


def _do_not_wait_for_the_disk(dbapi_connection: Any, _record: object) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


# For each table, a query that returns the statement that empties it, if it has rows.
QUERIES = """
    SELECT printf('SELECT %Q WHERE EXISTS (SELECT 1 FROM "%w")', printf('DELETE FROM "%w";', name), name)
    FROM sqlite_schema WHERE type = 'table' AND name <> 'alembic_version'
"""
# What a statement does to more than the rows that it names.
SIDE_EFFECTS = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%'"


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Clean]:
    """Yield a function that makes the database what it was: rows are deleted, and anything else is copied back.

    It uses a connection of its own that blocks: to wait for the thread of the application's driver takes longer than
    the work, however many tables there are.
    """
    with closing(connect(str(engine.url.database), isolation_level=None)) as connection, closing(connect("")) as copy:
        _do_not_wait_for_the_disk(connection, None)
        connection.backup(copy)

        def ask(query: str) -> list[Any]:
            return [value for (value,) in connection.execute(query)]

        filled = " UNION ALL ".join(["SELECT NULL WHERE false", *ask(QUERIES)])
        only_deletes = not ask(filled) and not ask(SIDE_EFFECTS)
        revision = ask("SELECT version_num FROM alembic_version")
        version = ask("PRAGMA schema_version")  # another one after every change of the tables
        commits = ask("PRAGMA data_version")  # of other connections

        async def clean() -> None:
            nonlocal version, commits
            if ask("PRAGMA data_version") == commits:
                return
            same_tables = ask("PRAGMA schema_version") == version
            if same_tables and only_deletes and ask("SELECT version_num FROM alembic_version") == revision:
                # Foreign keys are off here, so that the order does not matter.
                connection.executescript(f"BEGIN IMMEDIATE; {' '.join(ask(filled))} COMMIT;")
            else:
                connection.executescript("BEGIN IMMEDIATE; COMMIT;")  # fails if another one writes: a copy would wait
                copy.backup(connection)
                version = ask("PRAGMA schema_version")
            commits = ask("PRAGMA data_version")

        yield clean
