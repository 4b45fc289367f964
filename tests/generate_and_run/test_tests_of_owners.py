"""Tests that owners write: those that FastAPI's documentation shows, beside the ones of the template."""

from pathlib import Path

import pytest

from tests.commands import CommandFailedError
from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.outcomes import outcomes
from tests.project import RenderedProject

TEST_FILE = "tests/test_of_the_owner.py"

WITHOUT_AWAIT = '''
"""A client without await, beside the other one, on the same items."""

from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient
from httpx2 import AsyncClient

from app.api.deps.items import ItemRepositoryDep

ITEM = {"name": "Test Item", "price": "9.99"}


def test_without_await(app: FastAPI) -> None:
    with TestClient(app) as client:
        assert client.post("/api/v1/items/", json=ITEM).status_code == 201
        assert len(client.get("/api/v1/items/").json()["data"]["items"]) == 1


async def test_with_await(client: AsyncClient) -> None:
    assert (await client.post("/api/v1/items/", json=ITEM)).status_code == 201
    assert len((await client.get("/api/v1/items/")).json()["data"]["items"]) == 1


def test_without_await_again(app: FastAPI) -> None:
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
"""The mark that FastAPI's documentation shows."""

import pytest
from httpx2 import AsyncClient


@pytest.mark.anyio
async def test_root(client: AsyncClient) -> None:
    assert (await client.get("/")).status_code == 200
'''


@pairs()
def test_a_test_without_await_has_the_same_application(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.write(TEST_FILE, WITHOUT_AWAIT)
    assert outcomes(project.run(f"uv run pytest {TEST_FILE}")) == {"passed": 4}


@pairs()
def test_the_mark_of_another_plug_in_is_refused_with_a_sentence(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.write(TEST_FILE, WITH_ANYIO)
    with pytest.raises(CommandFailedError, match=r"leave out @pytest\.mark\.anyio"):
        project.run(f"uv run pytest {TEST_FILE}")
