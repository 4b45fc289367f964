"""SQLite for the tests: a file of the run's own, so that sessions are separate connections, as in production."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from sqlite3 import OperationalError
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database import Base, make_engine
from tests.migrations import make_tables_anew


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield the application's kind of engine, on an empty database that is removed afterwards."""
    with TemporaryDirectory(prefix="test-", ignore_cleanup_errors=True) as folder:
        engine = make_engine(f"sqlite+aiosqlite:///{Path(folder) / 'test.db'}")
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

    It costs two trips to SQLite's thread, however many tables there are.
    """
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    version = "SELECT schema_version FROM pragma_schema_version"  # another one after every change of the tables
    dirty = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables]  # noqa: S608
    probe = " UNION ALL ".join([version, *dirty])
    async with engine.connect() as connection:
        # The driver's own connection: SQLAlchemy would send the statements one by one.
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        [unchanged] = await driver.execute_fetchall(version)

        async def clean() -> None:
            nonlocal unchanged
            rows: list[Any] = [None]  # when a table is gone
            with suppress(OperationalError):
                rows = list(await driver.execute_fetchall(probe))
            found, *dirty = rows
            if found != unchanged:
                await make_tables_anew(engine)
                [unchanged] = await driver.execute_fetchall(version)
            elif dirty:
                deletes = "".join(f'DELETE FROM "{table}";' for (table,) in dirty)  # noqa: S608
                await driver.executescript(f"BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON; {deletes} COMMIT;")

        yield clean
