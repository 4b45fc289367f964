"""Transactions and savepoints of a session."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import SessionFactory
from tests.memos import COUNT, Memo


async def add_memo(session: AsyncSession, text: str) -> None:
    session.add(Memo(text=text))
    await session.flush()


async def fail_after_adding(session: AsyncSession, text: str) -> None:
    await add_memo(session, text)
    raise ValueError("Simulated error")


async def test_transaction_rollback(db_session: AsyncSession) -> None:
    await add_memo(db_session, "Before")

    with pytest.raises(ValueError, match="Simulated error"):
        async with db_session.begin_nested():
            await fail_after_adding(db_session, "Inside")

    await db_session.commit()
    assert list(await db_session.scalars(select(Memo.text))) == ["Before"]


async def test_a_released_savepoint_is_not_a_commit(db_session: AsyncSession) -> None:
    async with db_session.begin_nested():
        await add_memo(db_session, "Inside")

    await db_session.rollback()

    assert await db_session.scalar(COUNT) == 0


async def test_other_sessions_see_only_what_is_committed(
    db_session: AsyncSession, session_factory: SessionFactory
) -> None:
    await add_memo(db_session, "New")
    async with session_factory() as other:
        assert await other.scalar(COUNT) == 0

    await db_session.commit()

    async with session_factory() as other:
        assert await other.scalar(COUNT) == 1


async def test_a_test_starts_with_an_empty_database(db_session: AsyncSession) -> None:
    assert await db_session.scalar(COUNT) == 0
