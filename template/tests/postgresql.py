"""PostgreSQL for the tests: on the server of `tests.postgresql_server`, a database for each process of the run."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from secrets import token_hex

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.database import Base, make_engine
from tests.migrations import make_tables_anew

# A forgotten transaction must fail a test, not hang the run.
DATABASE_OPTIONS = (
    "synchronous_commit = off",
    "lock_timeout = '5s'",
)


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield the application's kind of engine, on an empty database that is dropped afterwards."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{token_hex(4)}"
    url = make_url(os.environ["TEST_DATABASE_URL"])
    admin = make_engine(url.render_as_string(hide_password=False), timeout=None)
    autocommit = admin.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
        for option in DATABASE_OPTIONS:
            await connection.execute(text(f'ALTER DATABASE "{name}" SET {option}'))
    engine = make_engine(url.set(database=name).render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        await engine.dispose()
        async with autocommit.connect() as connection:
            await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        await admin.dispose()


async def until_someone_waits_for(session: AsyncSession | AsyncConnection) -> None:
    """Return when another connection waits for a lock that the session holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    while not await session.scalar(waiting):
        pass


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """Yield a function that deletes all rows, and makes the tables anew if somebody changed them.

    It costs one trip to the server, however many tables there are.
    """
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await _create_functions(connection)
        unchanged = await connection.scalar(text("SELECT version_of_tables()"))

        async def clean() -> None:
            nonlocal unchanged
            if not await connection.scalar(text("SELECT delete_all_rows(:version)"), {"version": unchanged}):
                await make_tables_anew(engine)
                unchanged = await connection.scalar(text("SELECT version_of_tables()"))

        yield clean


async def _create_functions(connection: AsyncConnection) -> None:
    # DELETE where there is a row: TRUNCATE takes several times as long, for each table, used or not.
    deletes = "".join(
        f'PERFORM 1 FROM "{table.name}" LIMIT 1; IF FOUND THEN DELETE FROM "{table.name}"; END IF; '  # noqa: S608
        for table in reversed(Base.metadata.sorted_tables)
    )
    # The transaction that last changed a table or an index: another one after every change.
    await connection.execute(
        text(
            "CREATE FUNCTION version_of_tables() RETURNS text LANGUAGE sql AS $$"
            " SELECT count(*) || ' ' || max(xmin::text::bigint)"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace $$"
        )
    )
    await connection.execute(
        text(
            "CREATE FUNCTION delete_all_rows(version text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
            f" IF version_of_tables() <> version THEN RETURN false; END IF; {deletes} RETURN true; END $$"
        )
    )
