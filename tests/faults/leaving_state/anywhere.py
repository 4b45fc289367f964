"""Tests that leave state behind: overrides, routes, settings, variables and tasks.

The outcome of no other test may change. These tests may fail, if the project's fixtures report what they left.
"""

import asyncio
import os
from typing import NoReturn

from app.api.deps.items import get_item_repository
from app.core.config import Settings, settings
from app.main import app as application
from fastapi import FastAPI
from httpx2 import AsyncClient

VARIABLES = [name.upper() for name in Settings.model_fields]

kept: list[object] = []


def fail() -> NoReturn:
    raise RuntimeError("an override that a test left behind")


def test_leaves_an_override_behind_without_the_fixture() -> None:
    application.dependency_overrides[get_item_repository] = fail


async def test_leaves_an_override_behind(app: FastAPI) -> None:
    app.dependency_overrides[get_item_repository] = fail


async def test_leaves_an_override_behind_and_fails(app: FastAPI, client: AsyncClient) -> None:
    app.dependency_overrides[get_item_repository] = fail
    await client.get("/api/v1/items/")


async def test_leaves_a_route_behind(app: FastAPI) -> None:
    for path in ("/nowhere", "/parcels", "/memos"):
        app.add_api_route(path, lambda: "left behind", methods=["GET", "POST"])


async def test_leaves_an_open_api_document_behind(app: FastAPI) -> None:
    app.add_api_route("/two words", lambda: "left behind", name="two words")
    app.openapi()


async def test_fills_the_store(client: AsyncClient) -> None:
    assert (await client.post("/api/v1/items/", json={"name": "Left behind", "price": 1})).status_code == 201


def test_changes_the_state_of_the_application() -> None:
    for name in vars(application.state)["_state"]:
        setattr(application.state, name, None)
    application.state.left_behind = True


def test_changes_the_settings() -> None:
    for name in Settings.model_fields:
        setattr(settings, name, None)


def test_changes_the_environment() -> None:
    os.environ.update(dict.fromkeys(VARIABLES, "left behind"))


def test_removes_the_environment() -> None:
    for name in {*VARIABLES, "ENV_FILE", "TEST_DATABASE_URL"} & {*os.environ}:
        del os.environ[name]


async def test_spawns_a_task_that_outlives_it() -> None:
    async def meddle() -> None:
        while True:
            application.dependency_overrides[get_item_repository] = fail
            settings.max_body_size = 1
            await asyncio.sleep(0)

    kept.append(asyncio.create_task(meddle()))


async def test_spawns_a_task_that_fails_unseen() -> None:
    async def fail_later() -> None:
        await asyncio.sleep(0)
        fail()

    kept.append(asyncio.create_task(fail_later()))
