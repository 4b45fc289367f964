"""One unit of work for each request: all that it did is stored before the response is sent, or nothing is."""

from decimal import Decimal
from typing import NoReturn

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message, Receive, Scope, Send

from app.api.deps import SessionDep, get_item_repository
from app.core.exceptions import ConflictError
from app.database import Sessions
from app.models.item import Item
from app.repositories.item_sqlalchemy import SQLAlchemyItemRepository
from app.schemas.item import ItemWrite

ITEM = {"name": "Test Item", "price": "9.99"}


async def count_items(sessions: Sessions) -> int | None:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(Item))


async def test_what_a_request_did_is_stored(client: AsyncClient, db_session: AsyncSession) -> None:
    response = await client.post("/api/v1/items/", json=ITEM)

    assert response.status_code == 201
    item = (await db_session.scalars(select(Item))).one()
    assert str(item.id) == response.json()["data"]["id"]
    assert (item.name, item.price) == ("Test Item", Decimal("9.99"))


async def test_what_a_request_replaced_or_deleted_is_stored(client: AsyncClient, sessions: Sessions) -> None:
    item_id = (await client.post("/api/v1/items/", json=ITEM)).json()["data"]["id"]

    await client.put(f"/api/v1/items/{item_id}", json=ITEM | {"name": "New"})
    async with sessions() as session:
        assert (await session.scalars(select(Item.name))).all() == ["New"]

    await client.delete(f"/api/v1/items/{item_id}")
    assert await count_items(sessions) == 0


async def test_the_commit_comes_before_the_response(app: FastAPI, sessions: Sessions) -> None:
    stored_when_answered: list[int | None] = []

    async def observed_app(scope: Scope, receive: Receive, send: Send) -> None:
        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                stored_when_answered.append(await count_items(sessions))
            await send(message)

        await app(scope, receive, observed_send)

    async with AsyncClient(transport=ASGITransport(app=observed_app), base_url="http://test") as client:
        await client.post("/api/v1/items/", json=ITEM)

    assert stored_when_answered == [1]


@pytest.mark.parametrize("error", [ConflictError(), RuntimeError("a bug")], ids=["AppError", "bug"])
async def test_a_request_that_fails_after_it_stored_something_stores_nothing(
    app: FastAPI, sessions: Sessions, error: Exception
) -> None:
    class FailingRepository(SQLAlchemyItemRepository):
        async def create(self, data: ItemWrite) -> NoReturn:
            await super().create(data)
            raise error

    def get_failing_repository(session: SessionDep) -> FailingRepository:
        return FailingRepository(session)

    app.dependency_overrides[get_item_repository] = get_failing_repository
    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/api/v1/items/", json=ITEM)

    assert response.status_code in {409, 500}
    assert await count_items(sessions) == 0


async def test_a_commit_that_fails_is_answered_with_an_error(app: FastAPI, sessions: Sessions) -> None:
    def fail(_session: object) -> NoReturn:
        message = "the database went away"
        raise ConnectionError(message)

    def get_doomed_repository(session: SessionDep) -> SQLAlchemyItemRepository:
        event.listen(session.sync_session, "before_commit", fail)
        return SQLAlchemyItemRepository(session)

    app.dependency_overrides[get_item_repository] = get_doomed_repository
    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/api/v1/items/", json=ITEM)

    assert response.status_code == 500
    assert response.json()["success"] is False
    assert await count_items(sessions) == 0


async def test_the_application_does_not_see_what_a_test_has_not_committed(
    client: AsyncClient, db_session: AsyncSession
) -> None:
    db_session.add(Item(name="Uncommitted", price=Decimal(1)))
    await db_session.flush()

    response = await client.get("/api/v1/items/")

    assert response.json()["data"]["items"] == []
