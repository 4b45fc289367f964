"""The session of a request: it is committed before the response is sent, or rolled back."""

import traceback
from collections.abc import AsyncGenerator
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pytest
from fastapi import BackgroundTasks, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import event, insert, select
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message, Receive, Scope, Send

from app.api.deps import SessionDep
from app.core.exceptions import ConflictError
from app.database import SessionFactory
from tests import memos
from tests.memos import Memo, count_memos
from tests.openapi import declared_failures, operations

MEMO = {"text": "Test Memo"}


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(memos.router)


async def test_a_successful_request_is_committed(client: AsyncClient, db_session: AsyncSession) -> None:
    response = await client.post("/memos", json=MEMO)

    assert response.status_code == 201
    memo = (await db_session.scalars(select(Memo))).one()
    assert str(memo.id) == response.json()
    assert memo.text == "Test Memo"


async def test_the_commit_comes_before_the_response(app: FastAPI, session_factory: SessionFactory) -> None:
    stored_before_response: list[int | None] = []

    async def observed_app(scope: Scope, receive: Receive, send: Send) -> None:
        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                stored_before_response.append(await count_memos(session_factory))
            await send(message)

        await app(scope, receive, observed_send)

    async with AsyncClient(transport=ASGITransport(app=observed_app), base_url="http://test") as client:
        await client.post("/memos", json=MEMO)

    assert stored_before_response == [1]


@pytest.mark.parametrize(
    ("error", "status"),
    [(ConflictError(), 409), (RuntimeError("a bug"), 500), (TimeoutError("of another service"), 500)],
    ids=["AppError", "bug", "timeout of another service"],
)
async def test_a_failed_request_is_rolled_back(
    app: FastAPI, session_factory: SessionFactory, error: Exception, status: int
) -> None:
    @app.post("/failing")
    async def create_memo_and_fail(session: SessionDep) -> None:
        await memos.create_memo("Test Memo", session)
        raise error

    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/failing")

    assert response.status_code == status
    assert await count_memos(session_factory) == 0


async def test_a_failed_commit_is_an_error_response(app: FastAPI, session_factory: SessionFactory) -> None:
    def fail(_session: object) -> NoReturn:
        raise ConnectionError("the database went away")

    @app.post("/uncommitted")
    async def create_memo_that_is_not_committed(session: SessionDep) -> UUID:
        event.listen(session.sync_session, "before_commit", fail)
        return await memos.create_memo("Test Memo", session)

    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/uncommitted")

    assert response.status_code == 500
    assert response.json()["success"] is False
    assert await count_memos(session_factory) == 0


async def test_the_application_does_not_see_uncommitted_rows(client: AsyncClient, db_session: AsyncSession) -> None:
    db_session.add(Memo(text="Uncommitted"))
    await db_session.flush()

    response = await client.get("/memos")

    assert response.json() == []


async def test_a_web_socket_has_a_session(app: FastAPI, session_factory: SessionFactory) -> None:
    @app.websocket("/memos")
    async def receive_memo(websocket: WebSocket, session: SessionDep) -> None:
        await websocket.accept()
        await memos.create_memo(await websocket.receive_text(), session)
        await session.commit()
        await websocket.send_text("stored")

    with TestClient(app) as client, client.websocket_connect("/memos") as websocket:
        websocket.send_text("Test Memo")
        assert websocket.receive_text() == "stored"

    assert await count_memos(session_factory) == 1


@pytest.mark.parametrize("path", ["/task", "/stream"])
async def test_the_session_cannot_be_used_after_the_endpoint_has_returned(
    app: FastAPI, client: AsyncClient, path: str
) -> None:
    @app.get("/task")
    async def create_memo_later(session: SessionDep, tasks: BackgroundTasks) -> None:
        await memos.list_memos(session)
        tasks.add_task(memos.create_memo, "Test Memo", session)

    @app.get("/stream")
    async def stream_memos(session: SessionDep) -> StreamingResponse:
        await memos.list_memos(session)
        return StreamingResponse(all_memos(session))

    async def all_memos(session: AsyncSession) -> AsyncGenerator[str]:
        for text in await memos.list_memos(session):
            yield text

    with pytest.raises(InvalidRequestError, match="permanently closed"):
        await client.get(path)

    assert (await client.post("/memos", json=MEMO)).status_code == 201


async def test_computed_values_are_returned_by_the_statement(db_session: AsyncSession) -> None:
    memo = Memo(text="New")
    db_session.add(memo)
    await db_session.flush()
    assert memo.version == 1

    memo.text = "Newer"
    await db_session.flush()

    assert memo.version == 2


async def test_like_is_case_sensitive(db_session: AsyncSession) -> None:
    db_session.add_all(Memo(text=text) for text in ("Test", "test"))

    found = await db_session.scalars(select(Memo.text).where(Memo.text.like("T%")))

    assert found.all() == ["Test"]


PRIVATE = "leak.me@example.org"


@pytest.mark.parametrize(
    "values",
    [
        {"text": PRIVATE, "version": None},
        {"text": PRIVATE, "id": None},
        {"text": [PRIVATE]},
        {"id": PRIVATE},
        {"created_at": PRIVATE},
    ],
    ids=["NULL version", "NULL id", "not a text", "not a UUID", "not a datetime"],
)
async def test_a_database_error_does_not_show_values(db_session: AsyncSession, values: dict[str, Any]) -> None:
    statement = insert(Memo).values({"id": uuid4(), "text": "Test Memo"} | values)

    with pytest.raises(SQLAlchemyError) as raised:
        await db_session.execute(statement)

    assert PRIVATE not in "".join(traceback.format_exception(raised.value))


def test_every_operation_declares_that_the_database_may_be_unavailable(app: FastAPI) -> None:
    assert [operation for operation in operations(app) if "503" not in declared_failures(app, operation)] == []
