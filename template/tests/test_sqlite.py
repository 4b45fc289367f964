"""What `app.sqlite` makes of SQLite."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.item import Item
from app.sqlite import Money, UTCDateTime

DIALECT = dialect()


@pytest.mark.parametrize(("pragma", "value"), [("foreign_keys", 1), ("busy_timeout", 5000), ("journal_mode", "wal")])
async def test_every_connection_is_set_up(db_session: AsyncSession, pragma: str, value: int | str) -> None:
    assert await db_session.scalar(text(f"PRAGMA {pragma}")) == value


async def test_foreign_keys_are_enforced(db_session: AsyncSession) -> None:
    await db_session.execute(text("CREATE TABLE parents (id INTEGER PRIMARY KEY)"))
    await db_session.execute(text("CREATE TABLE children (parent INTEGER REFERENCES parents (id))"))

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await db_session.execute(text("INSERT INTO children VALUES (1)"))


async def test_a_rollback_undoes_the_creation_of_a_table(db_session: AsyncSession) -> None:
    await db_session.execute(text("CREATE TABLE undone (id INTEGER)"))

    await db_session.rollback()

    tables = await db_session.scalars(text("SELECT name FROM sqlite_master"))
    assert "undone" not in tables.all()


async def test_readers_do_not_wait_for_a_writer(client: AsyncClient, db_session: AsyncSession) -> None:
    db_session.add(Item(name="Uncommitted", price=Decimal(1)))
    await db_session.flush()

    response = await client.get("/api/v1/items/")

    assert response.status_code == 200


@pytest.mark.parametrize("offset", [0, 2, -5.5])
async def test_a_moment_comes_back_in_utc(db_session: AsyncSession, offset: float) -> None:
    moment = datetime(2026, 1, 1, 0, 30, 15, 123456, tzinfo=timezone(timedelta(hours=offset)))
    item = Item(name="Test Item", price=Decimal(1), created_at=moment)
    db_session.add(item)
    await db_session.commit()

    await db_session.refresh(item)

    assert item.created_at == moment
    assert item.created_at.tzinfo is UTC


def test_a_moment_is_stored_in_utc() -> None:
    moment = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2)))

    stored = UTCDateTime().process_bind_param(moment, DIALECT)

    assert stored is not None
    assert stored == moment
    assert stored.tzinfo is UTC


@pytest.mark.parametrize("amount", ["0", "0.01", "0.10", "9999999999.99", "-1.50"])
async def test_an_amount_comes_back_exactly(db_session: AsyncSession, amount: str) -> None:
    item = Item(name="Test Item", price=Decimal(amount))
    db_session.add(item)
    await db_session.commit()

    await db_session.refresh(item)

    assert item.price == Decimal(amount)


def test_a_datetime_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive datetime"):
        UTCDateTime().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001 - the point of the test


def test_a_fraction_of_a_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="two decimal places"):
        Money().process_bind_param(Decimal("0.001"), DIALECT)


@pytest.mark.parametrize(("column", "name"), [(UTCDateTime(), "DATETIME"), (Money(), "BIGINT")], ids=str)
def test_a_column_has_a_type_that_sqlite_knows(column: UTCDateTime | Money, name: str) -> None:
    assert column.compile(DIALECT) == name


@pytest.mark.parametrize("column", [UTCDateTime(), Money()], ids=["UTCDateTime", "Money"])
def test_a_query_with_the_type_is_compiled_once(column: UTCDateTime | Money) -> None:
    assert column.cache_ok is True


@pytest.mark.parametrize("column", [UTCDateTime(), Money()], ids=["UTCDateTime", "Money"])
def test_null_stays_null(column: UTCDateTime | Money) -> None:
    assert column.process_bind_param(None, DIALECT) is None
    assert column.process_result_value(None, DIALECT) is None
