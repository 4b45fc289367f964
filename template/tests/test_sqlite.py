"""Connections, transactions and column types of SQLite."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import ColumnElement, Numeric, func, insert, select, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.api.deps import SessionDep
from app.core.config import settings
from app.database import Base, SessionFactory
from app.sqlite import UTCDateTime
from tests.memos import COUNT, Memo, create_memo, list_memos
from tests.migrations import alembic_config, copy_migrations

DIALECT = dialect()

# An upgrade that copies a table with a row, to which another refers.
COPY = """\
    op.execute("CREATE TABLE test_parents (id INTEGER PRIMARY KEY)")
    op.execute("CREATE TABLE test_children (parent_id INTEGER REFERENCES test_parents (id) ON DELETE CASCADE)")
    op.execute("INSERT INTO test_parents VALUES (1)")
    op.execute("INSERT INTO test_children VALUES (1)")
    with op.batch_alter_table("test_parents", recreate="always") as batch:
        batch.add_column(sa.Column("name", sa.String()))
"""


@pytest.fixture
async def memo(db_session: AsyncSession) -> Memo:
    """A stored memo, in the session of the test."""
    memo = Memo(text="Test Memo")
    db_session.add(memo)
    await db_session.commit()
    return memo


@pytest.mark.parametrize(("pragma", "value"), [("foreign_keys", 1), ("busy_timeout", 5000), ("journal_mode", "wal")])
async def test_every_connection_has_the_pragmas(db_session: AsyncSession, pragma: str, value: int | str) -> None:
    assert await db_session.scalar(text(f"PRAGMA {pragma}")) == value


def test_no_column_is_decimal() -> None:
    # SQLite would store a float: money is whole cents, in an integer.
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]

    assert [str(column) for column in columns if isinstance(column.type, Numeric)] == []


@pytest.mark.parametrize("now", [func.now(), func.current_timestamp()], ids=str)
async def test_the_time_of_the_database_is_stored_like_that_of_the_application(
    db_session: AsyncSession, now: ColumnElement[datetime]
) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    await db_session.execute(insert(Memo).values(text="Test Memo", created_at=now))
    stored = (await db_session.scalars(select(Memo.created_at))).one()

    found = await db_session.scalars(select(Memo.text).where(Memo.created_at == stored, Memo.created_at > before))

    assert found.all() == ["Test Memo"]


async def test_every_index_of_the_models_is_in_the_migrations(db_session: AsyncSession) -> None:
    # Alembic does not compare indexes of expressions, and batch mode loses them when it copies a table.
    migrated = await db_session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'index'"))
    indexes = {index.name for table in Base.metadata.tables.values() for index in table.indexes}

    assert indexes - {*migrated} == set()


async def test_autocommit_begins_no_transaction(test_engine: AsyncEngine) -> None:
    async with test_engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM"))


async def test_foreign_keys_are_enforced(db_session: AsyncSession) -> None:
    await db_session.execute(text("CREATE TABLE test_parents (id INTEGER PRIMARY KEY)"))
    await db_session.execute(text("CREATE TABLE test_children (parent INTEGER REFERENCES test_parents (id))"))

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await db_session.execute(text("INSERT INTO test_children VALUES (1)"))


async def test_a_rollback_undoes_the_creation_of_a_table(db_session: AsyncSession) -> None:
    await db_session.execute(text("CREATE TABLE undone (id INTEGER)"))

    await db_session.rollback()

    tables = await db_session.scalars(text("SELECT name FROM sqlite_master"))
    assert "undone" not in tables.all()


async def test_readers_do_not_wait_for_a_writer(
    db_session: AsyncSession, session_factory: SessionFactory, memo: Memo
) -> None:
    memo.text = "Uncommitted"
    await db_session.flush()

    memos = select(Memo.text).cte()
    async with session_factory() as other:
        assert await other.scalar(select(Memo.text)) == "Test Memo"
        assert await other.scalar(select(memos)) == "Test Memo"
        assert await other.scalar(text("\n  SELECT text FROM memos")) == "Test Memo"


@pytest.mark.parametrize("offset", [0, 2, -5.5])
async def test_a_datetime_is_returned_in_utc(db_session: AsyncSession, offset: float) -> None:
    value = datetime(2026, 1, 1, 0, 30, 15, 123456, tzinfo=timezone(timedelta(hours=offset)))
    memo = Memo(text="Test Memo", created_at=value)
    db_session.add(memo)
    await db_session.commit()

    await db_session.refresh(memo)

    assert memo.created_at == value
    assert memo.created_at.tzinfo is UTC


def test_a_datetime_is_stored_in_utc() -> None:
    value = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2)))

    stored = UTCDateTime().process_bind_param(value, DIALECT)

    assert stored is not None
    assert stored == value
    assert stored.tzinfo is UTC


def test_a_datetime_without_a_zone_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="without a time zone") as raised:
        UTCDateTime().process_bind_param(datetime(1999, 1, 1), DIALECT)  # noqa: DTZ001 - the point of the test

    assert "1999" not in str(raised.value)


def test_the_column_type_is_datetime() -> None:
    assert UTCDateTime().compile(DIALECT) == "DATETIME"


def test_a_query_with_a_datetime_is_cached() -> None:
    assert UTCDateTime().cache_ok is True


def test_null_is_returned_as_none() -> None:
    assert UTCDateTime().process_bind_param(None, DIALECT) is None
    assert UTCDateTime().process_result_value(None, DIALECT) is None


async def test_requests_that_read_and_then_write_wait_for_each_other(app: FastAPI, client: AsyncClient) -> None:
    number = settings.database_pool_size
    all_have_read = asyncio.Barrier(number)

    @app.post("/growing")
    async def read_and_write(session: SessionDep) -> None:
        await list_memos(session)
        await all_have_read.wait()
        await create_memo("Another", session)

    responses = await asyncio.gather(*(client.post("/growing") for _ in range(number)))

    assert [response.status_code for response in responses] == [200] * number


async def test_a_query_sees_what_was_committed_since_the_last_one(
    db_session: AsyncSession, session_factory: SessionFactory
) -> None:
    assert await db_session.scalar(COUNT) == 0

    async with session_factory.begin() as other:
        other.add(Memo(text="Test Memo"))

    assert await db_session.scalar(COUNT) == 1


async def test_a_query_for_update_waits_for_a_writer(
    db_session: AsyncSession, session_factory: SessionFactory, memo: Memo
) -> None:
    memo.text = "New"
    await db_session.flush()

    async with session_factory() as other:
        reading = asyncio.create_task(other.get_one(Memo, memo.id, with_for_update=True))
        _, waiting = await asyncio.wait([reading], timeout=0.1)
        await db_session.commit()

        assert waiting
        assert (await reading).text == "New"


@pytest.fixture
def _migration_that_copies_a_table(empty_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a migration to a copy of those of the project."""
    versions = copy_migrations(tmp_path, monkeypatch)
    command.revision(alembic_config(empty_engine), rev_id="copy")
    (script,) = versions.glob("*copy*.py")
    script.write_text(script.read_text().replace("    pass\n", COPY, 1))


@pytest.mark.usefixtures("_migration_that_copies_a_table")
async def test_a_migration_that_copies_a_table_keeps_the_rows_that_refer_to_it(empty_engine: AsyncEngine) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(empty_engine), "head")

    async with empty_engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM test_children")) == 1


async def test_an_upgrade_waits_for_a_concurrent_one_and_continues_after_it(empty_engine: AsyncEngine) -> None:
    script = ScriptDirectory.from_config(alembic_config(empty_engine))
    async with empty_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.run_sync(lambda sync: MigrationContext.configure(sync).stamp(script, "head"))
        upgrade = asyncio.create_task(asyncio.to_thread(command.upgrade, alembic_config(empty_engine), "head"))
        await asyncio.wait([upgrade], timeout=0.1)
        assert not upgrade.done()

    await upgrade
    await asyncio.to_thread(command.check, alembic_config(empty_engine))
