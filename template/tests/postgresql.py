"""The PostgreSQL database of the tests, one for each process of the run."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from secrets import token_hex

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.database import make_engine
from tests.migrations import make_tables
from tests.postgresql_server import server

Clean = Callable[[], Awaitable[None]]

running = ExitStack()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start one server for the run, whose URL the processes of pytest-xdist inherit."""
    if hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    try:
        os.environ["TEST_DATABASE_URL"] = running.enter_context(server())
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_unconfigure() -> None:
    """Stop the server, also after Ctrl-C."""
    running.close()


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


# With a timeout, a transaction that was left open fails a test, and does not block the run.
DATABASE_OPTIONS = (
    "synchronous_commit = off",
    "lock_timeout = '5s'",
)


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield an engine on a new database, which is dropped afterwards."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{token_hex(4)}"
    url = make_url(os.environ["TEST_DATABASE_URL"]).set(database=name)
    engine = make_engine(url.render_as_string(hide_password=False))
    await make_database(engine)
    try:
        yield engine
    finally:
        await drop_database(engine)


async def make_database(engine: AsyncEngine) -> None:
    """Create the database of the engine."""
    await _administer(
        f'CREATE DATABASE "{engine.url.database}"',
        *(f'ALTER DATABASE "{engine.url.database}" SET {option}' for option in DATABASE_OPTIONS),
    )


async def drop_database(engine: AsyncEngine) -> None:
    """Drop the database of the engine, also while it is in use."""
    await engine.dispose()
    await _administer(f'DROP DATABASE "{engine.url.database}" WITH (FORCE)')


async def _administer(*statements: str) -> None:
    admin = make_engine(os.environ["TEST_DATABASE_URL"], timeout=None)
    async with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await admin.dispose()


async def wait_until_blocked(session: AsyncSession | AsyncConnection) -> None:
    """Wait until another connection waits for a lock of this session."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    async with asyncio.timeout(10):
        while not await session.scalar(waiting):
            pass


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Clean]:
    """Yield a function that resets the database: it deletes rows, or creates the database again if that is not enough."""
    # Deleting rows takes one round trip, regardless of the number of tables.
    connection, check = await _connect(engine)

    async def clean() -> None:
        nonlocal connection, check
        if not await check():
            await connection.close()
            await drop_database(engine)
            await make_database(engine)
            await make_tables(engine)
            connection, check = await _connect(engine)

    yield clean
    await connection.close()


IS_SUPERUSER = "SELECT current_setting('is_superuser')::boolean"
HAS_TRIGGERS = "SELECT EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)"
SEQUENCES = """
    SELECT seqrelid, coalesce(last::text, 'NULL'), coalesce(last, seqstart), last IS NOT NULL
    FROM pg_sequence, pg_sequence_last_value(seqrelid) AS last
"""
# PostgreSQL's own objects have OIDs below 16384.
TABLES = "SELECT oid::regclass FROM pg_class WHERE oid >= 16384 AND relkind = 'r' AND relpersistence <> 't'"
COUNT = "SELECT count(*) FROM {table}"

# How many objects there are, and how many of them a transaction after `start` has written.
OBJECTS = "SELECT count(*), count(*) FILTER (WHERE age(xmin) < age(start)) AS new FROM pg_{catalog} WHERE {id} >= 16384"
CATALOGS = ("class", "constraint", "enum", "namespace", "proc", "rewrite", "trigger", "type")
VERSION = """
    CREATE FUNCTION pg_temp.version(start xid) RETURNS text LANGUAGE sql AS $version$
        SELECT string_agg(concat(count, ' ', new), ' ') FROM ({objects}) AS each
    $version$
"""

DELETE = "DELETE FROM {table} WHERE age(xmin) < age($1)"
FIND = "SELECT '{delete}' FROM {table} WHERE age(xmin) < age(start)"
KEEP = "IF (SELECT count(*) FROM {table}) <> {rows} THEN RETURN false; END IF;"
RESTART = """
    IF pg_sequence_last_value({0}) IS DISTINCT FROM {1} THEN PERFORM setval({0}, {2}, {3}); END IF;
"""
CLEAN = """
    CREATE FUNCTION pg_temp.clean(start xid, version text) RETURNS boolean LANGUAGE plpgsql AS $clean$
    DECLARE deletes text[];
    BEGIN
        IF pg_temp.version(start) <> version THEN RETURN false; END IF;
        deletes := ARRAY({find});
        IF cardinality(deletes) > 0 THEN
            IF NOT {may_delete} THEN RETURN false; END IF;
            EXECUTE (  -- in one statement: foreign keys are checked at its end
                SELECT 'WITH ' || string_agg(format('d%s AS (%s)', n, each), ', ') || ' SELECT'
                FROM unnest(deletes) WITH ORDINALITY AS each (each, n)
            ) USING start;
        END IF;
        {keep}
        {restart}
        RETURN true;
    END $clean$
"""


async def _connect(engine: AsyncEngine) -> tuple[AsyncConnection, Callable[[], Awaitable[object]]]:
    """Return a connection, and a function that deletes new rows and returns whether that resets the database."""
    connection = await engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    is_superuser = await driver.fetchval(IS_SUPERUSER)
    if is_superuser:  # then triggers and foreign keys do not apply
        await driver.execute("SET session_replication_role = replica")
    tables = {table: await driver.fetchval(COUNT.format(table=table)) for (table,) in await driver.fetch(TABLES)}
    find = [FIND.format(delete=DELETE.format(table=table).replace("'", "''"), table=table) for table in tables]
    keep = [KEEP.format(table=table, rows=rows) for table, rows in tables.items() if rows]
    restart = [RESTART.format(*sequence) for sequence in await driver.fetch(SEQUENCES)]
    objects = [OBJECTS.format(catalog=name, id="oid") for name in CATALOGS]
    objects.append(OBJECTS.format(catalog="attribute", id="attnum > 0 AND attrelid"))
    await driver.execute(VERSION.format(objects=" UNION ALL ".join(objects)))
    await driver.execute(
        CLEAN.format(
            find=" UNION ".join(find),
            may_delete=is_superuser or not await driver.fetchval(HAS_TRIGGERS),
            keep="".join(keep),
            restart="".join(restart),
        )
    )
    start = await driver.fetchval("SELECT pg_current_xact_id()::xid")
    version = await driver.fetchval("SELECT pg_temp.version($1)", start)
    return connection, partial(driver.fetchval, "SELECT pg_temp.clean($1, $2)", start, version)
