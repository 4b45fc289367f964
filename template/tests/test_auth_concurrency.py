"""Concurrent registrations, logins and password changes."""

import asyncio
import threading
from asyncio import Task
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import AsyncAdaptedQueuePool, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import passwords
from app.database import SessionFactory
from app.models.user import User
from app.repositories.user import UserRepository
from app.schemas.user import UserCreate
from tests import memos
from tests.users import LOGIN, USER

CHANGE = {"current_password": USER["password"], "new_password": "NewPass123!"}


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    app.include_router(memos.router)


@asynccontextmanager
async def paused_hashing(method: str, request: Coroutine[Any, Any, Response]) -> AsyncGenerator[Task[Response]]:
    """Yield the task of a request that waits in this method of `password_hash` until the end of the block."""
    started, released = threading.Event(), threading.Event()
    original = getattr(passwords.password_hash, method)

    def hash_when_released(*arguments: str) -> object:
        patched.undo()  # other requests do not wait
        started.set()
        assert released.wait(timeout=10)
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords.password_hash, method, hash_when_released)
        task = asyncio.create_task(request)
        try:
            assert await asyncio.to_thread(started.wait, timeout=10), f"{method} was not called"
            yield task
        finally:
            released.set()
            await asyncio.wait([task])


hashing_requests = pytest.mark.parametrize(
    ("request_", "method"),
    [
        ({"method": "POST", "url": "/api/v1/auth/register", "json": USER | {"email": "other@example.com"}}, "hash"),
        ({"method": "POST", "url": "/api/v1/auth/login", "data": LOGIN}, "verify_and_update"),
        ({"method": "PUT", "url": "/api/v1/users/me/password", "json": CHANGE}, "hash"),
        ({"method": "PUT", "url": "/api/v1/users/me/password", "json": CHANGE}, "verify_and_update"),
    ],
    ids=["register", "login", "new password", "current password"],
)


@hashing_requests
async def test_other_requests_can_write_while_a_password_is_hashed(
    client: AsyncClient, auth_headers: dict[str, str], request_: dict[str, Any], method: str
) -> None:
    async with paused_hashing(method, client.request(**request_, headers=auth_headers)) as hashing_request:
        created = await client.post("/memos", json={"text": "Test Memo"})
        assert not hashing_request.done()

    assert created.status_code == 201
    assert hashing_request.result().is_success


@hashing_requests
async def test_no_connection_is_held_while_a_password_is_hashed(
    client: AsyncClient, auth_headers: dict[str, str], test_engine: AsyncEngine, request_: dict[str, Any], method: str
) -> None:
    assert isinstance(test_engine.pool, AsyncAdaptedQueuePool)
    in_use = test_engine.pool.checkedout()

    async with paused_hashing(method, client.request(**request_, headers=auth_headers)):
        assert test_engine.pool.checkedout() == in_use


async def test_login_fails_when_the_password_changes_during_verification(
    client: AsyncClient, auth_headers: dict[str, str]
) -> None:
    async with paused_hashing("verify_and_update", client.post("/api/v1/auth/login", data=LOGIN)) as login:
        changed = await client.put("/api/v1/users/me/password", json=CHANGE, headers=auth_headers)

    assert changed.status_code == 204
    assert login.result().status_code == 401
    new = await client.post("/api/v1/auth/login", data=LOGIN | {"password": CHANGE["new_password"]})
    assert new.status_code == 200


async def test_concurrent_repositories(session_factory: SessionFactory) -> None:
    async def add_user(number: int) -> None:
        data = UserCreate(email=f"user{number}@example.com", password="TestPass123!", name=f"User {number}")
        async with session_factory.begin() as session:
            await UserRepository(session).create(data, hashed_password="hash")

    await asyncio.gather(*map(add_user, range(5)))

    async with session_factory() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 5


async def test_one_of_two_concurrent_registrations_of_an_address_is_a_conflict(
    client: AsyncClient, session_factory: SessionFactory
) -> None:
    first, second = [
        client.post("/api/v1/auth/register", json=USER | {"email": email})
        for email in ("test@example.com", "TEST@example.com")
    ]

    responses = await asyncio.gather(first, second)

    assert sorted(response.status_code for response in responses) == [201, 409]
    async with session_factory() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 1


@pytest.fixture
async def token(client: AsyncClient) -> dict[str, str]:
    """The refresh token of a user who has logged in, as a request body."""
    await client.post("/api/v1/auth/register", json=USER)
    return {"refresh_token": (await client.post("/api/v1/auth/login", data=LOGIN)).json()["refresh_token"]}


async def test_one_of_two_concurrent_refreshes_succeeds_and_the_session_ends(
    client: AsyncClient, token: dict[str, str]
) -> None:
    responses = await asyncio.gather(*(client.post("/api/v1/auth/refresh", json=token) for _ in range(2)))

    assert sorted(response.status_code for response in responses) == [200, 401]
    renewed = next(response.json()["refresh_token"] for response in responses if response.status_code == 200)
    refused = await client.post("/api/v1/auth/refresh", json={"refresh_token": renewed})
    assert refused.status_code == 401


@pytest.mark.parametrize("paths", [("refresh", "logout"), ("logout", "refresh")], ids=" before ".join)
async def test_concurrent_refresh_and_logout_end_the_session(
    client: AsyncClient, token: dict[str, str], paths: tuple[str, str]
) -> None:
    responses = await asyncio.gather(*(client.post(f"/api/v1/auth/{path}", json=token) for path in paths))

    by_path = dict(zip(paths, responses, strict=True))
    assert by_path["logout"].status_code == 204
    assert by_path["refresh"].status_code in {200, 401}
    if by_path["refresh"].status_code == 200:
        token = {"refresh_token": by_path["refresh"].json()["refresh_token"]}
    assert (await client.post("/api/v1/auth/refresh", json=token)).status_code == 401
