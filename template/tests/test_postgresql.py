"""Which server the tests use, what becomes of its connections, and who waits for whom."""

import asyncio
from decimal import Decimal

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.database import Sessions, make_engine, make_sessions
from app.models.item import Item
from app.repositories.item_sqlalchemy import SQLAlchemyItemRepository
from app.schemas.item import ItemWrite
from tests import postgresql
from tests.postgresql import DatabaseURLs, server


@pytest.mark.parametrize(
    "own", ["postgresql://host:5432/own", "postgres://someone:secret@host/own", "postgresql+asyncpg://host/own"]
)
def test_the_database_of_the_application_is_refused(monkeypatch: pytest.MonkeyPatch, own: str) -> None:
    urls = DatabaseURLs(database_url=own, test_database_url="postgresql://tests@host/own")
    monkeypatch.setattr(postgresql, "URLS", urls)

    with pytest.raises(ValueError, match="TEST_DATABASE_URL names the database of DATABASE_URL"), server():
        pass


@pytest.mark.parametrize("own", ["postgresql://host/other", "postgresql://elsewhere/tests", None])
def test_another_database_is_used_as_it_is_named(monkeypatch: pytest.MonkeyPatch, own: str | None) -> None:
    urls = DatabaseURLs(database_url=own, test_database_url="postgres://tests:secret@host/tests")
    monkeypatch.setattr(postgresql, "URLS", urls)

    with server() as url:
        assert url == "postgresql+asyncpg://tests:secret@host/tests"


async def test_a_connection_that_the_server_closed_is_replaced(
    app: FastAPI, client: AsyncClient, test_engine: AsyncEngine, db_session: AsyncSession
) -> None:
    engine = make_engine(test_engine.url.render_as_string(hide_password=False))
    app.state.sessions = make_sessions(engine)
    async with engine.connect() as connection:
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
    await db_session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    response = await client.get("/api/v1/items/")

    assert response.status_code == 200
    await engine.dispose()


async def store_item(session: AsyncSession) -> Item:
    item = Item(name="Test Item", price=Decimal(1))
    session.add(item)
    await session.commit()
    return item


async def test_an_item_that_is_being_replaced_is_locked(db_session: AsyncSession, sessions: Sessions) -> None:
    item = await store_item(db_session)

    await SQLAlchemyItemRepository(db_session).replace(item.id, ItemWrite(name="New", price=Decimal(2)))

    # Who deletes it meanwhile has to wait: the replacement would find nothing to replace.
    async with sessions() as other:
        with pytest.raises(DBAPIError, match="could not obtain lock"):
            await other.get(Item, item.id, with_for_update={"nowait": True})


async def test_an_item_that_someone_else_is_deleting_cannot_be_deleted(
    db_session: AsyncSession, sessions: Sessions
) -> None:
    item = await store_item(db_session)
    await SQLAlchemyItemRepository(db_session).delete(item.id)

    async with sessions() as other, asyncio.timeout(10):
        deleting = asyncio.create_task(SQLAlchemyItemRepository(other).delete(item.id))
        waits_for_us = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        while not await db_session.scalar(text(waits_for_us)):
            pass
        await db_session.commit()

        assert await deleting is False
