"""Registering, signing in, staying signed in, signing out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from httpx import AsyncClient, Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.config import settings
from app.core.tokens import TokenType, issue_token
from app.models.refresh_token import RefreshToken
from app.models.user import User

USER = {"email": "test@example.com", "password": "TestPass123!", "name": "Test User"}


async def register(client: AsyncClient) -> None:
    response = await client.post("/api/v1/auth/register", json=USER)
    assert response.status_code == 201


async def login(client: AsyncClient, email: str = USER["email"], password: str = USER["password"]) -> Response:
    return await client.post("/api/v1/auth/login", data={"username": email, "password": password})


async def refresh(client: AsyncClient, token: str) -> Response:
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def read_me(client: AsyncClient, token: str) -> Response:
    return await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
async def refresh_token(client: AsyncClient) -> str:
    """The refresh token of a user who has just signed in."""
    await register(client)
    token: str = (await login(client)).json()["refresh_token"]
    return token


async def test_register_returns_the_user_without_the_password_or_its_hash(client: AsyncClient) -> None:
    response = await client.post("/api/v1/auth/register", json=USER)

    assert response.status_code == 201
    data = response.json()["data"]
    assert data.keys() == {"id", "email", "name", "created_at"}
    assert (data["email"], data["name"]) == (USER["email"], USER["name"])


async def test_register_stores_a_hash_and_not_the_password(client: AsyncClient, db_session: AsyncSession) -> None:
    await register(client)

    user = (await db_session.scalars(select(User))).one()
    assert user.hashed_password.startswith("$argon2id$")
    assert USER["password"] not in user.hashed_password


@pytest.mark.parametrize("email", ["test@example.com", "Test@Example.COM"])
async def test_an_address_is_registered_once_whatever_its_case(
    client: AsyncClient, db_session: AsyncSession, email: str
) -> None:
    await register(client)

    response = await client.post("/api/v1/auth/register", json=USER | {"email": email})

    assert response.status_code == 409
    assert response.json()["error"]["code"] == "CONFLICT"
    assert await db_session.scalar(select(func.count()).select_from(User)) == 1


async def test_an_invalid_user_is_refused_and_the_password_is_not_repeated(client: AsyncClient) -> None:
    response = await client.post("/api/v1/auth/register", json=USER | {"password": "hunter2"})

    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == "body.password"
    assert "hunter2" not in response.text


@pytest.mark.parametrize("email", ["test@example.com", "TEST@example.com"])
async def test_login_answers_as_oauth2_says(client: AsyncClient, email: str) -> None:
    await register(client)

    response = await login(client, email)

    assert response.status_code == 200
    assert response.json().keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert response.json()["token_type"] == "bearer"
    assert response.json()["expires_in"] == settings.access_token_lifetime
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("email", "password"),
    [("wrong@example.com", "TestPass123!"), ("test@example.com", "WrongPass123!"), ("NUL@example.com\t", "x")],
    ids=["unknown address", "wrong password", "no address at all"],
)
async def test_login_invalid_credentials(client: AsyncClient, email: str, password: str) -> None:
    await register(client)

    response = await login(client, email, password)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_CREDENTIALS"
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_login_refuses_what_no_database_can_store(client: AsyncClient) -> None:
    response = await login(client, "nul\0@example.com")

    assert response.status_code == 422


async def test_login_hashes_no_password_that_is_too_long_to_be_one(client: AsyncClient) -> None:
    response = await login(client, password="V1!" + "a" * 126)

    assert response.status_code == 422


async def test_login_forgets_the_sessions_of_the_user_that_have_expired(
    client: AsyncClient, db_session: AsyncSession
) -> None:
    await register(client)
    await login(client)
    await db_session.execute(update(RefreshToken).values(expires_at=datetime(2026, 1, 1, tzinfo=UTC)))
    await db_session.commit()

    await login(client)

    assert await db_session.scalar(select(func.count()).select_from(RefreshToken)) == 1


async def test_login_replaces_an_outdated_hash(client: AsyncClient, db_session: AsyncSession) -> None:
    await register(client)
    user = (await db_session.scalars(select(User))).one()
    old_hash = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1),))
    user.hashed_password = outdated = old_hash.hash(USER["password"])
    await db_session.commit()

    assert (await login(client)).status_code == 200

    await db_session.refresh(user)
    assert user.hashed_password != outdated
    assert (await login(client)).status_code == 200


async def test_protected_endpoint(client: AsyncClient, auth_headers: dict[str, str]) -> None:
    response = await client.get("/api/v1/users/me", headers=auth_headers)

    assert response.status_code == 200
    assert response.json()["data"].keys() == {"id", "email", "name", "created_at"}
    assert response.json()["data"]["email"] == "test@example.com"


async def test_protected_endpoint_unauthorized(client: AsyncClient) -> None:
    response = await client.get("/api/v1/users/me")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_REQUIRED"
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_an_expired_access_token_is_refused(client: AsyncClient, db_session: AsyncSession) -> None:
    await register(client)
    user = (await db_session.scalars(select(User))).one()
    expired = issue_token(user.id, TokenType.ACCESS, lifetime=-1)

    response = await read_me(client, expired.value)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"


async def test_a_refresh_token_is_no_access_token(client: AsyncClient, refresh_token: str) -> None:
    response = await read_me(client, refresh_token)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"


async def test_the_access_token_of_a_deleted_user_is_refused(
    client: AsyncClient, auth_headers: dict[str, str], db_session: AsyncSession
) -> None:
    await db_session.execute(delete(User))
    await db_session.commit()

    response = await client.get("/api/v1/users/me", headers=auth_headers)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"


async def test_refresh_returns_new_tokens_that_work(client: AsyncClient, refresh_token: str) -> None:
    response = await refresh(client, refresh_token)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    tokens = response.json()
    assert tokens["refresh_token"] != refresh_token
    assert (await read_me(client, tokens["access_token"])).status_code == 200
    assert (await refresh(client, tokens["refresh_token"])).status_code == 200


async def test_a_refresh_token_that_is_used_twice_ends_the_session(client: AsyncClient, refresh_token: str) -> None:
    renewed = (await refresh(client, refresh_token)).json()["refresh_token"]

    again = await refresh(client, refresh_token)

    assert again.status_code == 401
    assert again.json()["error"]["code"] == "AUTH_INVALID_TOKEN"
    assert (await refresh(client, renewed)).status_code == 401


async def test_ending_one_session_leaves_the_others(client: AsyncClient, refresh_token: str) -> None:
    other = (await login(client)).json()["refresh_token"]
    await refresh(client, refresh_token)
    await refresh(client, refresh_token)

    assert (await refresh(client, other)).status_code == 200


async def test_an_access_token_is_no_refresh_token(client: AsyncClient) -> None:
    await register(client)
    access_token = (await login(client)).json()["access_token"]

    response = await refresh(client, access_token)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"


async def test_a_refresh_token_that_was_signed_but_never_stored_is_refused(
    client: AsyncClient, refresh_token: str
) -> None:
    user_id = UUID(jwt.decode(refresh_token, options={"verify_signature": False})["sub"])
    unknown = issue_token(user_id, TokenType.REFRESH, lifetime=60)

    assert (await refresh(client, unknown.value)).status_code == 401
    assert (await refresh(client, refresh_token)).status_code == 200


async def test_logout_ends_the_session(client: AsyncClient, refresh_token: str) -> None:
    response = await client.post("/api/v1/auth/logout", json={"refresh_token": refresh_token})

    assert response.status_code == 204
    assert (await refresh(client, refresh_token)).status_code == 401


async def test_logout_with_an_unknown_token_is_no_error(client: AsyncClient) -> None:
    response = await client.post("/api/v1/auth/logout", json={"refresh_token": "unknown"})

    assert response.status_code == 204


def test_a_session_lasts_as_long_as_the_settings_say(refresh_token: str) -> None:
    claims = jwt.decode(refresh_token, options={"verify_signature": False})

    lifetime = datetime.fromtimestamp(claims["exp"], UTC) - datetime.fromtimestamp(claims["iat"], UTC)
    assert lifetime == timedelta(seconds=settings.refresh_token_lifetime)
