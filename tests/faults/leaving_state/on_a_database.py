"""Tests that leave state behind: rows, tables, sessions and locks.

The outcome of no other test may change. These tests may fail, if the project's fixtures report what they left.
"""

import asyncio
from decimal import Decimal
from uuid import UUID

from alembic import command
from app.database import SessionFactory, make_session_factory
from app.models.item import Item
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from tests.migrations import alembic_config

kept: list[object] = []


def item(number: int = 0) -> Item:
    return Item(id=UUID(int=number), name="Left behind", price=Decimal(1))


async def test_commits(db_session: AsyncSession) -> None:
    db_session.add(item())
    await db_session.commit()


async def test_commits_on_the_engine(test_engine: AsyncEngine) -> None:
    async with make_session_factory(test_engine).begin() as session:
        session.add(item())


async def test_commits_and_fails(db_session: AsyncSession) -> None:
    db_session.add(item(1))
    await db_session.commit()
    db_session.add(item(2))
    await db_session.flush()
    raise RuntimeError("a test that fails")


async def test_rolls_back_and_commits(db_session: AsyncSession) -> None:
    db_session.add(item(1))
    await db_session.rollback()
    db_session.add(item(2))
    await db_session.commit()


async def test_raises_inside_a_savepoint(db_session: AsyncSession) -> None:
    async with db_session.begin_nested():
        db_session.add(item())
        await db_session.flush()
        raise RuntimeError("inside a savepoint")


async def test_leaves_a_savepoint_open(db_session: AsyncSession) -> None:
    await db_session.begin_nested()
    db_session.add(item())
    await db_session.flush()


async def test_breaks_a_constraint(db_session: AsyncSession) -> None:
    db_session.add(item())
    await db_session.commit()
    await db_session.execute(text("INSERT INTO items (id, name) VALUES (NULL, NULL)"))


async def test_makes_a_table(db_session: AsyncSession) -> None:
    await db_session.execute(text("CREATE TABLE left_behind (id INTEGER PRIMARY KEY)"))
    await db_session.commit()


async def test_adds_a_column(db_session: AsyncSession) -> None:
    await db_session.execute(text("ALTER TABLE items ADD COLUMN left_behind INTEGER"))
    await db_session.commit()


async def test_drops_an_index(db_session: AsyncSession) -> None:
    await db_session.execute(text("DROP INDEX ix_items_created_at_id"))
    await db_session.commit()


async def test_drops_a_table(db_session: AsyncSession) -> None:
    await db_session.execute(text("DROP TABLE items"))
    await db_session.commit()


async def test_migrates_down(test_engine: AsyncEngine) -> None:
    await asyncio.to_thread(command.downgrade, alembic_config(test_engine), "base")


async def test_leaves_a_session_open(session_factory: SessionFactory) -> None:
    session = session_factory()
    session.add(item())
    await session.flush()
    kept.append(session)


async def test_leaves_a_session_open_that_it_made(test_engine: AsyncEngine) -> None:
    session = make_session_factory(test_engine)()
    session.add(item())
    await session.flush()
    kept.append(session)


async def test_forgets_an_open_session(session_factory: SessionFactory) -> None:
    session = session_factory()
    session.add(item())
    await session.flush()


async def test_spawns_a_task_that_writes_after_it(session_factory: SessionFactory) -> None:
    async def write() -> None:
        for number in range(1000):
            async with session_factory.begin() as session:
                session.add(item(number))

    kept.append(asyncio.create_task(write()))


async def test_spawns_a_task_that_holds_a_lock(session_factory: SessionFactory) -> None:
    flushed = asyncio.Event()

    async def hold() -> None:
        async with session_factory.begin() as session:
            session.add(item())
            await session.flush()
            flushed.set()
            await asyncio.Event().wait()

    kept.append(asyncio.create_task(hold()))
    await flushed.wait()
