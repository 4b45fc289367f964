"""One unit of work for each request: all that it did is stored before the response is sent, or nothing is."""

import traceback
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from fastapi import BackgroundTasks, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import MetaData, event, func, insert, select, text
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from starlette.types import Message, Receive, Scope, Send

from app.api.deps import ItemRepositoryDep, SessionDep, get_item_repository
from app.core.exceptions import ConflictError
from app.database import Base, Sessions
from app.main import create_app
from app.models.item import Item
from app.repositories.item import ItemRepository
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


async def test_a_list_takes_one_query_however_long_it_is(client: AsyncClient, statements: list[str]) -> None:
    for length in (1, 2, 3):
        await client.post("/api/v1/items/", json=ITEM)
        statements.clear()

        response = await client.get("/api/v1/items/")

        assert len(response.json()["data"]["items"]) == length
        assert len(statements) == 1, statements


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
    class FailingRepository(ItemRepository):
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

    def get_doomed_repository(session: SessionDep) -> ItemRepository:
        event.listen(session.sync_session, "before_commit", fail)
        return ItemRepository(session)

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


@pytest.fixture
def extended_app(app: FastAPI) -> FastAPI:
    """Another application on the test database, which a test may give routes."""
    extended = create_app()
    extended.state.sessions = app.state.sessions
    return extended


async def test_a_web_socket_has_a_session(extended_app: FastAPI, sessions: Sessions) -> None:
    @extended_app.websocket("/items")
    async def create_item(websocket: WebSocket, session: SessionDep) -> None:
        await websocket.accept()
        await ItemRepository(session).create(ItemWrite.model_validate(await websocket.receive_json()))
        await session.commit()
        await websocket.send_text("stored")

    with TestClient(extended_app) as client, client.websocket_connect("/items") as websocket:
        websocket.send_json(ITEM)
        assert websocket.receive_text() == "stored"

    assert await count_items(sessions) == 1


@pytest.mark.parametrize("path", ["/task", "/stream"])
async def test_what_goes_on_after_the_endpoint_cannot_use_the_session_of_the_request(
    extended_app: FastAPI, client: AsyncClient, path: str
) -> None:
    @extended_app.get("/task")
    async def create_item_later(items: ItemRepositoryDep, tasks: BackgroundTasks) -> None:
        await items.get_page(limit=1)
        tasks.add_task(items.create, ItemWrite.model_validate(ITEM))

    @extended_app.get("/stream")
    async def stream_names(items: ItemRepositoryDep) -> StreamingResponse:
        await items.get_page(limit=1)
        return StreamingResponse(item.name async for item in all_items(items))

    async def all_items(items: ItemRepository) -> AsyncGenerator[Item]:
        for item in await items.get_page(limit=10):
            yield item

    transport = ASGITransport(app=extended_app)
    async with AsyncClient(transport=transport, base_url="http://test") as other_client:
        with pytest.raises(InvalidRequestError, match="permanently closed"):
            await other_client.get(path)

    assert (await client.post("/api/v1/items/", json=ITEM)).status_code == 201


class UnmigratedBase(Base):
    """The base of a table that no migration makes."""

    __abstract__ = True
    metadata = MetaData()


class Article(UnmigratedBase):
    """A table with values that the database computes."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1", onupdate=text("version + 1"))


async def test_values_that_the_database_computes_come_back_with_the_statement(db_session: AsyncSession) -> None:
    connection = await db_session.connection()
    await connection.run_sync(Article.metadata.create_all)
    article = Article(name="New")
    db_session.add(article)
    await db_session.flush()
    assert article.version == 1

    article.name = "Newer"
    await db_session.flush()

    assert article.version == 2


async def test_like_is_case_sensitive(db_session: AsyncSession) -> None:
    db_session.add_all(Item(name=name, price=Decimal(1)) for name in ("Test", "test"))

    found = await db_session.scalars(select(Item.name).where(Item.name.like("T%")))

    assert found.all() == ["Test"]


PRIVATE = "leak.me@example.org"


@pytest.mark.parametrize(
    "values",
    [{"name": PRIVATE}, {"name": PRIVATE, "id": None}, {"name": [PRIVATE]}, {"id": PRIVATE}, {"created_at": PRIVATE}],
    ids=["missing value", "NULL", "no text", "no UUID", "no datetime"],
)
async def test_an_error_does_not_show_what_was_to_be_stored(db_session: AsyncSession, values: dict[str, Any]) -> None:
    statement = insert(Item).values({"id": uuid4(), "name": "Test Item", "created_at": datetime.now(UTC)} | values)

    with pytest.raises(SQLAlchemyError) as raised:
        await db_session.execute(statement)

    assert PRIVATE not in "".join(traceback.format_exception(raised.value))
