"""A user of the tests, and the fixtures of users and their passwords."""

from collections.abc import Generator

import pytest
from httpx2 import AsyncClient, Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core import passwords

USER = {"email": "test@example.com", "password": "TestPass123!", "name": "Test User"}
LOGIN = {"username": USER["email"], "password": USER["password"]}


async def login(client: AsyncClient, email: str = USER["email"], password: str = USER["password"]) -> Response:
    return await client.post("/api/v1/auth/login", data={"username": email, "password": password})


@pytest.fixture(scope="session", autouse=True)
def production_password_hash() -> Generator[PasswordHash]:
    """The hasher of the application, which the tests replace with one that takes microseconds."""
    # With the production parameters, hashing would take most of the time of the suite.
    production = passwords.password_hash
    passwords.password_hash = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    yield production
    passwords.password_hash = production


@pytest.fixture
async def auth_headers(client: AsyncClient) -> dict[str, str]:
    """The headers of `USER`, who has logged in."""
    registered = await client.post("/api/v1/auth/register", json=USER)
    assert registered.status_code == 201
    tokens = await login(client)
    assert tokens.status_code == 200
    return {"Authorization": f"Bearer {tokens.json()['access_token']}"}
