"""Tests from FastAPI's documentation, added to a rendered project."""

from pathlib import Path

import pytest

from tests.commands import CommandFailedError
from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.outcomes import outcomes
from tests.project import RenderedProject

TEST_FILE = "tests/test_added.py"

WITH_TEST_CLIENT = '''
"""FastAPI's `TestClient` and the asynchronous client."""

from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient
from httpx2 import AsyncClient

from app.api.deps.items import ItemRepositoryDep

ITEM = {"name": "Test Item", "price": "9.99"}


def test_synchronous_client(app: FastAPI) -> None:
    with TestClient(app) as client:
        assert client.post("/api/v1/items/", json=ITEM).status_code == 201
        assert len(client.get("/api/v1/items/").json()["data"]["items"]) == 1


async def test_asynchronous_client(client: AsyncClient) -> None:
    assert (await client.post("/api/v1/items/", json=ITEM)).status_code == 201
    assert len((await client.get("/api/v1/items/")).json()["data"]["items"]) == 1


def test_synchronous_client_again(app: FastAPI) -> None:
    with TestClient(app) as client:
        assert client.get("/api/v1/items/").json()["data"]["items"] == []


def test_a_web_socket(app: FastAPI) -> None:
    async def count(websocket: WebSocket, items: ItemRepositoryDep) -> None:
        await websocket.accept()
        await websocket.send_json(len(await items.get_page(limit=10)))

    app.add_api_websocket_route("/count", count)
    with TestClient(app) as client:
        client.post("/api/v1/items/", json=ITEM)
        with client.websocket_connect("/count") as websocket:
            assert websocket.receive_json() == 1
'''

WITH_ANYIO = '''
"""The mark in FastAPI's documentation."""

import pytest
from httpx2 import AsyncClient


@pytest.mark.anyio
async def test_root(client: AsyncClient) -> None:
    assert (await client.get("/")).status_code == 200
'''


@pairs()
def test_the_synchronous_test_client_can_be_used(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.write(TEST_FILE, WITH_TEST_CLIENT)
    assert outcomes(project.run(f"uv run pytest {TEST_FILE}")) == {"passed": 4}


@pairs()
def test_the_anyio_mark_is_refused_with_an_explanation(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.write(TEST_FILE, WITH_ANYIO)
    with pytest.raises(CommandFailedError, match=r"leave out @pytest\.mark\.anyio"):
        project.run(f"uv run pytest {TEST_FILE}")
