"""PostgreSQL for the tests: on the server of `tests.postgresql_server`, a database for each process of the run."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from app.database import make_engine
from tests.migrations import make_tables

# A forgotten transaction must fail a test, not hang the run.
DATABASE_OPTIONS = (
    "synchronous_commit = off",
    "lock_timeout = '5s'",
)


@asynccontextmanager
async def new_engine() -> AsyncGenerator[AsyncEngine]:
    """Yield the application's kind of engine, on an empty database that is dropped afterwards."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{token_hex(4)}"
    url = make_url(os.environ["TEST_DATABASE_URL"]).set(database=name)
    engine = make_engine(url.render_as_string(hide_password=False))
    await make_database(engine)
    try:
        yield engine
    finally:
        await drop_database(engine)


async def make_database(engine: AsyncEngine) -> None:
    """Make the database of the engine."""
    await _administer(
        f'CREATE DATABASE "{engine.url.database}"',
        *(f'ALTER DATABASE "{engine.url.database}" SET {option}' for option in DATABASE_OPTIONS),
    )


async def drop_database(engine: AsyncEngine) -> None:
    """Drop the database of the engine, whoever uses it."""
    await engine.dispose()
    await _administer(f'DROP DATABASE "{engine.url.database}" WITH (FORCE)')


async def _administer(*statements: str) -> None:
    admin = make_engine(os.environ["TEST_DATABASE_URL"], timeout=None)
    async with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await admin.dispose()


async def until_someone_waits_for(session: AsyncSession | AsyncConnection) -> None:
    """Return when another connection waits for a lock that the session holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    while not await session.scalar(waiting):
        pass


@asynccontextmanager
async def table_cleaner(engine: AsyncEngine) -> AsyncGenerator[Callable[[], Awaitable[None]]]:
    """Yield a function that makes the database what it was: rows are deleted; if that is not enough, it is made anew.

    To delete costs one trip to the server, however many tables there are.
    """
    connection, version = await _connect(engine)

    async def clean() -> None:
        nonlocal connection, version
        if not await connection.scalar(text("SELECT pg_temp.clean(:version)"), {"version": version}):
            await connection.close()
            await drop_database(engine)
            await make_database(engine)
            await make_tables(engine)
            connection, version = await _connect(engine)

    yield clean
    await connection.close()


ROLE = "SELECT current_setting('is_superuser')::boolean, pg_current_xact_id()::xid::text::bigint"
TRIGGERS = "SELECT EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)"
SEQUENCES = """
    SELECT seqrelid, coalesce(last::text, 'NULL'), coalesce(last, seqstart), last IS NOT NULL
    FROM pg_sequence, pg_sequence_last_value(seqrelid) AS last
"""
# The objects of PostgreSQL itself have lower numbers.
TABLES = "SELECT oid::regclass FROM pg_class WHERE oid >= 16384 AND relkind = 'r' AND relpersistence <> 't'"
COUNT = "SELECT count(*) FROM {table}"

# How many objects there are, and the last transaction that changed one: others after every change.
OBJECTS = "SELECT count(*), max(xmin::text::bigint) FROM {catalog} WHERE oid >= 16384"
CATALOGS = ("class", "constraint", "enum", "namespace", "proc", "rewrite", "trigger", "type")
COLUMNS = "SELECT count(*), max(xmin::text::bigint) FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0"
VERSION = """
    CREATE FUNCTION pg_temp.version() RETURNS text LANGUAGE sql AS $version$
        SELECT string_agg(concat(count, ' ', max), ' ') FROM ({objects}) AS each
    $version$
"""

# Rows are new when a transaction after {now} wrote them.
FIND = """
    PERFORM FROM {table} WHERE xmin::text::bigint > {now} LIMIT 1;
    IF FOUND THEN deletes := deletes || 'DELETE FROM {table} WHERE xmin::text::bigint > {now}'::text; END IF;
"""
KEEP = "IF (SELECT count(*) FROM {table}) <> {rows} THEN RETURN false; END IF;"
RESTART = """
    IF pg_sequence_last_value({0}) IS DISTINCT FROM {1} THEN PERFORM setval({0}, {2}, {3}); END IF;
"""
CLEAN = """
    CREATE FUNCTION pg_temp.clean(version text) RETURNS boolean LANGUAGE plpgsql AS $clean$
    DECLARE deletes text[] := ARRAY[]::text[];
    BEGIN
        IF pg_temp.version() <> version THEN RETURN false; END IF;
        {find}
        IF cardinality(deletes) > 0 THEN
            IF NOT {may_delete} THEN RETURN false; END IF;
            EXECUTE (  -- in one statement: foreign keys are checked at its end
                SELECT 'WITH ' || string_agg(format('d%s AS (%s)', n, each), ', ') || ' SELECT'
                FROM unnest(deletes) WITH ORDINALITY AS each (each, n)
            );
        END IF;
        {keep}
        {restart}
        RETURN true;
    END $clean$
"""


async def _connect(engine: AsyncEngine) -> tuple[AsyncConnection, str]:
    """Return a connection with the function `pg_temp.clean`, and the version of the tables that it is made for."""
    connection = await engine.execution_options(isolation_level="AUTOCOMMIT").connect()

    async def ask(query: str) -> Any:
        return (await connection.exec_driver_sql(query)).all()

    ((is_superuser, now),) = await ask(ROLE)
    ((has_triggers,),) = await ask(TRIGGERS)
    if is_superuser:  # neither triggers nor foreign keys have a say
        await connection.exec_driver_sql("SET session_replication_role = replica")
    tables = {table: (await ask(COUNT.format(table=table)))[0][0] for (table,) in await ask(TABLES)}
    find = (FIND.format(table=table, now=now) for table in tables)
    keep = (KEEP.format(table=table, rows=rows) for table, rows in tables.items() if rows)
    restart = (RESTART.format(*sequence) for sequence in await ask(SEQUENCES))
    objects = " UNION ALL ".join([COLUMNS, *(OBJECTS.format(catalog=f"pg_{name}") for name in CATALOGS)])
    await connection.exec_driver_sql(VERSION.format(objects=objects))
    await connection.exec_driver_sql(
        CLEAN.format(
            find="".join(find),
            may_delete=is_superuser or not has_triggers,
            keep="".join(keep),
            restart="".join(restart),
        )
    )
    ((version,),) = await ask("SELECT pg_temp.version()")
    return connection, version
