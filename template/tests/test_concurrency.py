"""Concurrent requests and sessions: each task has a session of its own."""

import asyncio

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from app.database import SessionFactory
from tests import notes
from tests.notes import Note, count_notes


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(notes.router)


async def test_concurrent_operations(session_factory: SessionFactory) -> None:
    async def add_note(number: int) -> Note:
        async with session_factory.begin() as session:
            note = Note(text=f"Note {number}")
            session.add(note)
        return note

    created = await asyncio.gather(*map(add_note, range(5)))

    assert len({note.id for note in created}) == 5
    assert await count_notes(session_factory) == 5


async def test_concurrent_writers_wait_for_each_other(client: AsyncClient, session_factory: SessionFactory) -> None:
    created = await client.post("/notes", json={"text": "Test Note"})
    path, texts = f"/notes/{created.json()}", [f"New {number}" for number in range(5)]

    responses = await asyncio.gather(*(client.put(path, json={"text": text}) for text in texts))

    assert [response.status_code for response in responses] == [200] * 5
    async with session_factory() as session:
        assert await session.scalar(select(Note.version)) == 1 + 5
