"""The fixtures of users and their passwords."""

from collections.abc import Generator

import pytest
from httpx2 import AsyncClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core import passwords


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
    """The headers of a user who has signed in: test@example.com."""
    user = {"email": "test@example.com", "password": "TestPass123!", "name": "Test User"}
    registered = await client.post("/api/v1/auth/register", json=user)
    assert registered.status_code == 201
    login = {"username": user["email"], "password": user["password"]}
    tokens = await client.post("/api/v1/auth/login", data=login)
    assert tokens.status_code == 200
    return {"Authorization": f"Bearer {tokens.json()['access_token']}"}
