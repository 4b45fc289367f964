"""SQLite for the tests: a file of the run's own, so that sessions are separate connections, as in production."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from sqlite3 import OperationalError, connect
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import Base, make_engine
from tests.migrations import make_tables_anew


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


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """Yield a function that deletes all rows, and makes the tables anew if somebody changed them.

    It uses a connection of its own that blocks: to wait for the thread of the application's driver takes longer than
    the work, however many tables there are.
    """
    tables = [table.name for table in Base.metadata.sorted_tables]
    version = "SELECT schema_version FROM pragma_schema_version"  # another one after every change of the tables
    dirty = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables]  # noqa: S608
    probe = " UNION ALL ".join([version, *dirty])
    with closing(connect(str(engine.url.database), isolation_level=None)) as connection:
        _do_not_wait_for_the_disk(connection, None)
        unchanged = connection.execute(version).fetchone()

        async def clean() -> None:
            nonlocal unchanged
            rows: list[Any] = [None]  # when a table is gone
            with suppress(OperationalError):
                rows = connection.execute(probe).fetchall()
            found, *dirty = rows
            if found != unchanged:
                await make_tables_anew(engine)
                unchanged = connection.execute(version).fetchone()
            elif dirty:  # foreign keys are off here, so that the order does not matter
                deletes = "".join(f'DELETE FROM "{table}";' for (table,) in dirty)  # noqa: S608
                connection.executescript(f"BEGIN IMMEDIATE; {deletes} COMMIT;")

        yield clean
