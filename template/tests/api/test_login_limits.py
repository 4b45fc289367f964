"""Limits of failed logins and of concurrent password hashing."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Message

from app.api.deps.users import hashing_limiter
from app.api.errors import add_error_handlers
from app.api.routes import auth
from app.core import passwords
from app.core.tokens import sha256
from app.models.user import FailedLogin
from tests.users import LOGIN, USER, login

CHANGE = {"current_password": USER["password"], "new_password": "NewPass123!"}


async def fail_to_login(client: AsyncClient, email: str = USER["email"], *, times: int) -> None:
    for _ in range(times):
        assert (await login(client, email, "WrongPass123!")).status_code == 401


async def store_failures(session: AsyncSession, number: int, client: str = "127.0.0.1") -> None:
    """Store failed logins of a client, which is faster than requests."""
    account = sha256(USER["email"])
    session.add_all(FailedLogin(account=account, client=client) for _ in range(number))
    await session.commit()


def assert_throttled(response: Response) -> None:
    assert response.status_code == 429
    assert response.json()["error"]["code"] == "AUTH_TOO_MANY_FAILED_LOGINS"
    assert 880 < int(response.headers["Retry-After"]) <= 900


@pytest.fixture
async def other_client(app: FastAPI) -> AsyncGenerator[AsyncClient]:
    """A client with another IP address."""
    transport = ASGITransport(app=app, client=("192.0.2.1", 123))
    async with AsyncClient(transport=transport, base_url="http://test") as other_client:
        yield other_client


@pytest.mark.usefixtures("auth_headers")
@pytest.mark.parametrize("email", ["test@example.com", "unknown@example.com"], ids=["known", "unknown"])
async def test_login_is_limited_after_ten_failures(client: AsyncClient, email: str) -> None:
    await fail_to_login(client, email, times=10)

    assert_throttled(await login(client, email))
    assert_throttled(await login(client, f" {email.upper()}"))


@pytest.mark.usefixtures("auth_headers")
async def test_other_clients_and_accounts_are_not_limited(
    client: AsyncClient, other_client: AsyncClient, db_session: AsyncSession
) -> None:
    await store_failures(db_session, 10)

    assert_throttled(await login(client))
    assert (await login(other_client)).status_code == 200
    assert (await login(client, "other@example.com")).status_code == 401


@pytest.mark.usefixtures("auth_headers")
async def test_other_clients_have_one_attempt_at_an_account_under_attack(
    other_client: AsyncClient, client: AsyncClient, db_session: AsyncSession
) -> None:
    await fail_to_login(client, times=1)
    await store_failures(db_session, 99, client="198.51.100.1")

    assert_throttled(await login(client))
    assert (await login(other_client)).status_code == 200
    await fail_to_login(other_client, times=1)
    assert_throttled(await login(other_client))


@pytest.mark.usefixtures("auth_headers")
async def test_a_successful_login_deletes_the_failures(client: AsyncClient, db_session: AsyncSession) -> None:
    await store_failures(db_session, 9)
    assert (await login(client)).status_code == 200
    await store_failures(db_session, 9)

    assert (await login(client)).status_code == 200


async def test_a_refused_attempt_does_not_count(client: AsyncClient, db_session: AsyncSession) -> None:
    await store_failures(db_session, 10)

    assert_throttled(await login(client))

    assert await db_session.scalar(select(func.count()).select_from(FailedLogin)) == 10


async def test_a_failed_password_change_counts_as_a_failed_login(
    client: AsyncClient, auth_headers: dict[str, str], db_session: AsyncSession
) -> None:
    async def change(current_password: str) -> Response:
        body = CHANGE | {"current_password": current_password}
        return await client.put("/api/v1/users/me/password", json=body, headers=auth_headers)

    await store_failures(db_session, 9)
    assert (await change("WrongPass123!")).status_code == 401

    assert_throttled(await change(USER["password"]))
    assert_throttled(await login(client))


async def test_failed_logins_are_stored_without_the_address(client: AsyncClient, db_session: AsyncSession) -> None:
    await fail_to_login(client, times=1)

    failure = (await db_session.scalars(select(FailedLogin))).one()

    assert "test" not in failure.account
    assert failure.client == "127.0.0.1"


@asynccontextmanager
async def occupied_hashing_limiter(number: int) -> AsyncGenerator[None]:
    """Occupy the limiter with tasks until the end of the block. Four have their turn, and the others wait."""

    async def occupy_until_cancelled() -> None:
        async with hashing_limiter:
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(occupy_until_cancelled()) for _ in range(number)]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "POST", "url": "/api/v1/auth/register", "json": USER},
        {"method": "POST", "url": "/api/v1/auth/login", "data": LOGIN},
        {"method": "PUT", "url": "/api/v1/users/me/password", "json": CHANGE},
    ],
    ids=["register", "login", "password change"],
)
async def test_a_request_is_refused_without_a_query_when_the_hashing_queue_is_full(
    client: AsyncClient, auth_headers: dict[str, str], statements: list[str], request_: dict[str, Any]
) -> None:
    statements.clear()

    async with occupied_hashing_limiter(4 + 16), asyncio.timeout(5):
        response = await client.request(**request_, headers=auth_headers)

    assert response.status_code == 503
    error = {"code": "SERVICE_UNAVAILABLE", "message": "Too many requests are waiting. Try again later."}
    assert response.json()["error"] == error
    assert response.headers["Retry-After"] == "5"
    assert statements == []


async def test_sixteen_requests_can_wait_to_hash_a_password(client: AsyncClient) -> None:
    async with occupied_hashing_limiter(4):
        logins = [asyncio.create_task(login(client, f"user{number}@example.com")) for number in range(17)]
        first_done, _ = await asyncio.wait(logins, timeout=5, return_when=asyncio.FIRST_COMPLETED)

    responses = await asyncio.gather(*logins)

    assert [task.result().status_code for task in first_done] == [503]
    assert sorted(response.status_code for response in responses) == [401] * 16 + [503]


async def test_at_most_four_passwords_are_hashed_at_once(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    started, released = threading.Semaphore(0), threading.Event()
    verify = passwords.password_hash.verify

    def verify_once_released(*arguments: str) -> bool:
        started.release()
        assert released.wait(timeout=10)
        return verify(*arguments)

    monkeypatch.setattr(passwords.password_hash, "verify", verify_once_released)
    logins = [asyncio.create_task(login(client, f"user{number}@example.com")) for number in range(5)]
    for _ in range(4):
        assert await asyncio.to_thread(started.acquire, timeout=10)

    assert hashing_limiter.statistics().tasks_waiting == 1

    released.set()
    assert [response.status_code for response in await asyncio.gather(*logins)] == [401] * 5


@pytest.fixture
def bare_app(app: FastAPI) -> FastAPI:
    """An application without middleware, which can hide that a client has disconnected."""
    bare_app = FastAPI()
    bare_app.include_router(auth.router)
    add_error_handlers(bare_app)
    bare_app.state.session_factory = app.state.session_factory
    return bare_app


@pytest.mark.parametrize(
    ("next_message", "status"), [("http.disconnect", 503), ("http.request", 401)], ids=["disconnected", "connected"]
)
async def test_a_password_is_hashed_if_the_client_is_still_connected(
    bare_app: FastAPI, statements: list[str], next_message: str, status: int
) -> None:
    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": "/auth/login", "query_string": b"", "headers": headers}
    messages: list[Message] = [{"type": "http.request", "body": urlencode(LOGIN).encode()}]
    waited, sent = asyncio.Event(), list[Message]()

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await waited.wait()
        return {"type": next_message}

    async def send(message: Message) -> None:
        sent.append(message)

    async with occupied_hashing_limiter(4):
        request = asyncio.create_task(bare_app(scope, receive, send))
        async with asyncio.timeout(10):
            while not hashing_limiter.statistics().tasks_waiting:  # noqa: ASYNC110 - nothing tells that it waits
                await asyncio.sleep(0)
        waited.set()
    await request

    assert sent[0]["status"] == status
    assert (statements == []) is (status == 503)
    assert (b'"The client has disconnected."' in sent[1]["body"]) is (status == 503)
