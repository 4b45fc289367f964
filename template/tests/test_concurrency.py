"""Concurrent requests and sessions: each task has a session of its own."""

import asyncio

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from app.database import SessionFactory
from tests import memos
from tests.memos import Memo, count_memos


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(memos.router)


async def test_concurrent_operations(session_factory: SessionFactory) -> None:
    async def add_memo(number: int) -> Memo:
        async with session_factory.begin() as session:
            memo = Memo(text=f"Memo {number}")
            session.add(memo)
        return memo

    created = await asyncio.gather(*map(add_memo, range(5)))

    assert len({memo.id for memo in created}) == 5
    assert await count_memos(session_factory) == 5


async def test_concurrent_writers_wait_for_each_other(client: AsyncClient, session_factory: SessionFactory) -> None:
    created = await client.post("/memos", json={"text": "Test Memo"})
    path, texts = f"/memos/{created.json()}", [f"New {number}" for number in range(5)]

    responses = await asyncio.gather(*(client.put(path, json={"text": text}) for text in texts))

    assert [response.status_code for response in responses] == [200] * 5
    async with session_factory() as session:
        assert await session.scalar(select(Memo.version)) == 1 + 5
