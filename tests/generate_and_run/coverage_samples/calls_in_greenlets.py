"""Tests of `in_greenlets`."""

import pytest
from app.in_greenlets import answer
from fastapi import FastAPI
from httpx2 import AsyncClient


@pytest.fixture
def route(app: FastAPI) -> str:
    app.add_api_route("/sample", answer, response_model=None)
    return "/sample"


async def test_answer_after_a_query(client: AsyncClient, route: str) -> None:
    assert (await client.get(route)).json() == {"answer": "mostly"}
