"""What `app.sqlite` makes of SQLite."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import Numeric, func, select, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.deps import SessionDep, get_item_repository
from app.core.config import settings
from app.database import Base, Sessions
from app.models.item import Item
from app.repositories.item import ItemRepository
from app.schemas.item import ItemWrite
from app.schemas.page import Cursor
from app.sqlite import UTCDateTime

DIALECT = dialect()


@pytest.fixture
async def item(db_session: AsyncSession) -> Item:
    """An item that is stored, on the session of the test."""
    item = Item(name="Test Item", price=Decimal(1))
    db_session.add(item)
    await db_session.commit()
    return item


@pytest.mark.parametrize(("pragma", "value"), [("foreign_keys", 1), ("busy_timeout", 5000), ("journal_mode", "wal")])
async def test_every_connection_is_set_up(db_session: AsyncSession, pragma: str, value: int | str) -> None:
    assert await db_session.scalar(text(f"PRAGMA {pragma}")) == value


def test_no_column_is_decimal() -> None:
    # SQLite would store a float: money is whole cents, in an integer.
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]

    assert [str(column) for column in columns if isinstance(column.type, Numeric)] == []


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


async def test_readers_do_not_wait_for_a_writer(
    client: AsyncClient, db_session: AsyncSession, sessions: Sessions, item: Item
) -> None:
    item.name = "Uncommitted"
    await db_session.flush()

    assert (await client.get("/api/v1/items/")).status_code == 200
    assert (await client.get(f"/api/v1/items/{item.id}")).json()["data"]["name"] == "Test Item"
    async with sessions() as other:
        assert await other.scalar(text("\n  SELECT name FROM items")) == "Test Item"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_writer_sees_what_the_one_before_has_deleted(
    client: AsyncClient, db_session: AsyncSession, item: Item, method: str
) -> None:
    await db_session.delete(item)
    await db_session.flush()

    body = {"name": "New", "price": 1} if method == "PUT" else None
    writing = asyncio.create_task(client.request(method, f"/api/v1/items/{item.id}", json=body))
    await asyncio.wait([writing], timeout=0.1)
    await db_session.commit()

    assert (await writing).status_code == 404


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


def test_a_datetime_without_a_zone_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="without a time zone") as raised:
        UTCDateTime().process_bind_param(datetime(1999, 1, 1), DIALECT)  # noqa: DTZ001 - the point of the test

    assert "1999" not in str(raised.value)


def test_a_fraction_of_a_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="two decimal places"):
        Item(name="Test Item", price=Decimal("0.001"))


@pytest.mark.parametrize(
    "query",
    [
        lambda: select(Item.price),
        lambda: select(Item.price * 2),
        lambda: select(2 * Item.price),
        lambda: select(func.avg(Item.price)),
        lambda: select(Item).where(Item.price > 1),
        lambda: select(Item).order_by(Item.price),
    ],
    ids=["value", "product", "reversed product", "average", "comparison", "order"],
)
def test_a_price_cannot_be_used_in_a_query(query: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"use Item\.price_cents"):
        query()


async def test_the_cents_of_a_price_can_be_used_in_a_query(db_session: AsyncSession) -> None:
    db_session.add_all(Item(name="Test Item", price=Decimal(price)) for price in ("1.50", "3.00"))

    assert await db_session.scalar(select(func.sum(Item.price_cents * 2))) == 900


def test_a_moment_has_a_type_that_sqlite_knows() -> None:
    assert UTCDateTime().compile(DIALECT) == "DATETIME"


def test_a_query_with_a_moment_is_compiled_once() -> None:
    assert UTCDateTime().cache_ok is True


def test_null_stays_null() -> None:
    assert UTCDateTime().process_bind_param(None, DIALECT) is None
    assert UTCDateTime().process_result_value(None, DIALECT) is None


async def test_requests_that_read_and_then_write_wait_for_each_other(app: FastAPI, client: AsyncClient) -> None:
    number = settings.database_pool_size
    all_have_read = asyncio.Barrier(number)

    class GrowingRepository(ItemRepository):
        async def get_page(self, *, limit: int, after: Cursor | None = None) -> Sequence[Item]:
            found = await super().get_page(limit=limit, after=after)
            await all_have_read.wait()
            await self.create(ItemWrite(name="Another", price=Decimal(1)))
            return found

    async def get_growing_repository(session: SessionDep) -> GrowingRepository:
        return GrowingRepository(session)

    app.dependency_overrides[get_item_repository] = get_growing_repository

    responses = await asyncio.gather(*(client.get("/api/v1/items/") for _ in range(number)))

    assert [response.status_code for response in responses] == [200] * number


async def test_a_query_sees_what_was_committed_since_the_last_one(db_session: AsyncSession, sessions: Sessions) -> None:
    count = select(func.count()).select_from(Item)
    assert await db_session.scalar(count) == 0

    async with sessions.begin() as other:
        other.add(Item(name="Test Item", price=Decimal(1)))

    assert await db_session.scalar(count) == 1


async def test_a_query_for_update_waits_for_a_writer(db_session: AsyncSession, sessions: Sessions, item: Item) -> None:
    item.name = "New"
    await db_session.flush()

    async with sessions() as other:
        reading = asyncio.create_task(other.get_one(Item, item.id, with_for_update=True))
        _, waiting = await asyncio.wait([reading], timeout=0.1)
        await db_session.commit()

        assert waiting
        assert (await reading).name == "New"
