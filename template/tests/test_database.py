"""One unit of work for each request: all that it did is stored before the response is sent, or nothing is."""

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
from tests import notes
from tests.notes import Note, count_notes
from tests.openapi import declared_failures, operations

NOTE = {"text": "Test Note"}


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(notes.router)


async def test_what_a_request_did_is_stored(client: AsyncClient, db_session: AsyncSession) -> None:
    response = await client.post("/notes", json=NOTE)

    assert response.status_code == 201
    note = (await db_session.scalars(select(Note))).one()
    assert str(note.id) == response.json()
    assert note.text == "Test Note"


async def test_the_commit_comes_before_the_response(app: FastAPI, session_factory: SessionFactory) -> None:
    stored_when_answered: list[int | None] = []

    async def observed_app(scope: Scope, receive: Receive, send: Send) -> None:
        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                stored_when_answered.append(await count_notes(session_factory))
            await send(message)

        await app(scope, receive, observed_send)

    async with AsyncClient(transport=ASGITransport(app=observed_app), base_url="http://test") as client:
        await client.post("/notes", json=NOTE)

    assert stored_when_answered == [1]


@pytest.mark.parametrize("error", [ConflictError(), RuntimeError("a bug")], ids=["AppError", "bug"])
async def test_a_request_that_fails_after_it_stored_something_stores_nothing(
    app: FastAPI, session_factory: SessionFactory, error: Exception
) -> None:
    @app.post("/failing")
    async def create_note_and_fail(session: SessionDep) -> None:
        await notes.create_note("Test Note", session)
        raise error

    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/failing")

    assert response.status_code in {409, 500}
    assert await count_notes(session_factory) == 0


async def test_a_commit_that_fails_is_answered_with_an_error(app: FastAPI, session_factory: SessionFactory) -> None:
    def fail(_session: object) -> NoReturn:
        message = "the database went away"
        raise ConnectionError(message)

    @app.post("/doomed")
    async def create_note_that_is_not_committed(session: SessionDep) -> UUID:
        event.listen(session.sync_session, "before_commit", fail)
        return await notes.create_note("Test Note", session)

    transport = ASGITransport(app=app, raise_app_exceptions=False)

    async with AsyncClient(transport=transport, base_url="http://test") as client:
        response = await client.post("/doomed")

    assert response.status_code == 500
    assert response.json()["success"] is False
    assert await count_notes(session_factory) == 0


async def test_the_application_does_not_see_what_a_test_has_not_committed(
    client: AsyncClient, db_session: AsyncSession
) -> None:
    db_session.add(Note(text="Uncommitted"))
    await db_session.flush()

    response = await client.get("/notes")

    assert response.json() == []


async def test_a_web_socket_has_a_session(app: FastAPI, session_factory: SessionFactory) -> None:
    @app.websocket("/notes")
    async def receive_note(websocket: WebSocket, session: SessionDep) -> None:
        await websocket.accept()
        await notes.create_note(await websocket.receive_text(), session)
        await session.commit()
        await websocket.send_text("stored")

    with TestClient(app) as client, client.websocket_connect("/notes") as websocket:
        websocket.send_text("Test Note")
        assert websocket.receive_text() == "stored"

    assert await count_notes(session_factory) == 1


@pytest.mark.parametrize("path", ["/task", "/stream"])
async def test_what_goes_on_after_the_endpoint_cannot_use_the_session_of_the_request(
    app: FastAPI, client: AsyncClient, path: str
) -> None:
    @app.get("/task")
    async def create_note_later(session: SessionDep, tasks: BackgroundTasks) -> None:
        await notes.list_notes(session)
        tasks.add_task(notes.create_note, "Test Note", session)

    @app.get("/stream")
    async def stream_notes(session: SessionDep) -> StreamingResponse:
        await notes.list_notes(session)
        return StreamingResponse(all_notes(session))

    async def all_notes(session: AsyncSession) -> AsyncGenerator[str]:
        for text in await notes.list_notes(session):
            yield text

    with pytest.raises(InvalidRequestError, match="permanently closed"):
        await client.get(path)

    assert (await client.post("/notes", json=NOTE)).status_code == 201


async def test_values_that_the_database_computes_come_back_with_the_statement(db_session: AsyncSession) -> None:
    note = Note(text="New")
    db_session.add(note)
    await db_session.flush()
    assert note.version == 1

    note.text = "Newer"
    await db_session.flush()

    assert note.version == 2


async def test_like_is_case_sensitive(db_session: AsyncSession) -> None:
    db_session.add_all(Note(text=text) for text in ("Test", "test"))

    found = await db_session.scalars(select(Note.text).where(Note.text.like("T%")))

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
    ids=["missing value", "NULL", "no text", "no UUID", "no datetime"],
)
async def test_an_error_does_not_show_what_was_to_be_stored(db_session: AsyncSession, values: dict[str, Any]) -> None:
    statement = insert(Note).values({"id": uuid4(), "text": "Test Note"} | values)

    with pytest.raises(SQLAlchemyError) as raised:
        await db_session.execute(statement)

    assert PRIVATE not in "".join(traceback.format_exception(raised.value))


def test_every_operation_declares_that_the_database_may_be_unavailable(app: FastAPI) -> None:
    assert [operation for operation in operations(app) if "503" not in declared_failures(app, operation)] == []
