"""Transactions on a session: what a savepoint undoes, and what it leaves."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Sessions
from app.models.item import Item


async def count_items(session: AsyncSession) -> int | None:
    return await session.scalar(select(func.count()).select_from(Item))


async def add_item(session: AsyncSession, name: str) -> None:
    session.add(Item(name=name, price=Decimal(1)))
    await session.flush()


async def fail_after_adding(session: AsyncSession, name: str) -> None:
    await add_item(session, name)
    message = "Simulated error"
    raise ValueError(message)


async def test_transaction_rollback(db_session: AsyncSession) -> None:
    await add_item(db_session, "Before")

    with pytest.raises(ValueError, match="Simulated error"):
        async with db_session.begin_nested():
            await fail_after_adding(db_session, "Inside")

    await db_session.commit()
    assert list(await db_session.scalars(select(Item.name))) == ["Before"]


async def test_a_released_savepoint_is_not_a_commit(db_session: AsyncSession) -> None:
    async with db_session.begin_nested():
        await add_item(db_session, "Inside")

    await db_session.rollback()

    assert await count_items(db_session) == 0


async def test_other_sessions_see_only_what_is_committed(db_session: AsyncSession, sessions: Sessions) -> None:
    await add_item(db_session, "New")
    async with sessions() as other:
        assert await count_items(other) == 0

    await db_session.commit()

    async with sessions() as other:
        assert await count_items(other) == 1


async def test_a_test_starts_with_an_empty_database(db_session: AsyncSession) -> None:
    assert await count_items(db_session) == 0
