"""Registration, login, refresh and logout."""

from datetime import UTC, datetime, timedelta
from unicodedata import normalize
from uuid import uuid4

import pytest
from fastapi import APIRouter, Depends, FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.deps import CurrentUser, get_current_user
from app.api.errors import add_error_handlers
from app.core.config import settings
from app.core.tokens import issue_access_token, new_refresh_token, read_session_id
from app.database import SessionFactory
from app.models.user import RefreshToken, User
from tests.users import USER, login


async def register(client: AsyncClient) -> None:
    response = await client.post("/api/v1/auth/register", json=USER)
    assert response.status_code == 201


async def refresh(client: AsyncClient, token: str) -> Response:
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def logout(client: AsyncClient, token: str) -> Response:
    return await client.post("/api/v1/auth/logout", json={"refresh_token": token})


async def read_me(client: AsyncClient, token: str) -> Response:
    return await client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})


async def expire_sessions(session: AsyncSession, *where: ColumnElement[bool]) -> None:
    expired = datetime(2026, 1, 1, tzinfo=UTC)
    await session.execute(update(RefreshToken).where(*where).values(expires_at=expired))
    await session.commit()


async def count_sessions(session: AsyncSession) -> int | None:
    return await session.scalar(select(func.count()).select_from(RefreshToken))


@pytest.fixture
async def refresh_token(client: AsyncClient) -> str:
    """The refresh token of a registered user who has logged in."""
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


@pytest.mark.parametrize("email", ["test@example.com", "Test@Example.COM", " test@example.com "])
async def test_registering_the_same_address_again_is_a_conflict(
    client: AsyncClient, db_session: AsyncSession, email: str
) -> None:
    await register(client)

    response = await client.post("/api/v1/auth/register", json=USER | {"email": email})

    assert response.status_code == 409
    assert response.json()["error"]["code"] == "CONFLICT"
    assert await db_session.scalar(select(func.count()).select_from(User)) == 1


async def test_another_integrity_error_at_registration_is_not_handled(
    client: AsyncClient, db_session: AsyncSession
) -> None:
    await db_session.execute(text("CREATE UNIQUE INDEX unique_names ON users (name)"))
    await db_session.commit()
    await register(client)

    with pytest.raises(IntegrityError):
        await client.post("/api/v1/auth/register", json=USER | {"email": "new@example.com"})


async def test_register_refuses_an_invalid_user_without_repeating_the_password(client: AsyncClient) -> None:
    response = await client.post("/api/v1/auth/register", json=USER | {"password": "hunter2"})

    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == "body.password"
    assert "hunter2" not in response.text


@pytest.mark.parametrize("email", ["test@example.com", "TEST@example.com"])
async def test_login_returns_an_oauth2_token_response(client: AsyncClient, email: str) -> None:
    await register(client)

    response = await login(client, email)

    assert response.status_code == 200
    assert response.json().keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert response.json()["token_type"] == "bearer"
    assert response.json()["expires_in"] == settings.access_token_lifetime
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ann@example.org ", USER["password"]),
        ("Ann@Example.ORG", USER["password"]),
        ("a@xn--bcher-kva.example.org", USER["password"]),
        (normalize("NFD", "ännchen@bücher.example.org"), USER["password"]),
        ("ann@example.org", normalize("NFC", "Pässwörter-1")),
        ("ann@example.org", normalize("NFD", "Pässwörter-1")),
    ],
    ids=["space", "case", "IDNA", "NFD address", "NFC password", "NFD password"],
)
async def test_login_accepts_the_credentials_as_they_were_registered(
    client: AsyncClient, email: str, password: str
) -> None:
    user = USER | {"email": email, "password": password}
    assert (await client.post("/api/v1/auth/register", json=user)).status_code == 201

    for form in ("NFC", "NFD"):
        assert (await login(client, normalize(form, email), normalize(form, password))).status_code == 200


async def test_login_accepts_both_forms_of_an_international_address(client: AsyncClient) -> None:
    await client.post("/api/v1/auth/register", json=USER | {"email": "a@xn--bcher-kva.example.org"})

    assert (await login(client, "a@bücher.example.org")).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("wrong@example.com", "TestPass123!"), ("test@example.com", "WrongPass123!"), ("nobody", "x")],
    ids=["unknown address", "wrong password", "no address at all"],
)
async def test_login_invalid_credentials(client: AsyncClient, email: str, password: str) -> None:
    await register(client)

    response = await login(client, email, password)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_CREDENTIALS"
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_login_refuses_a_nul_character(client: AsyncClient) -> None:
    response = await login(client, "nul\0@example.com")

    assert response.status_code == 422


async def test_login_refuses_a_password_that_is_too_long(client: AsyncClient) -> None:
    response = await login(client, password="V1!" + "a" * 126)

    assert response.status_code == 422


async def test_login_deletes_expired_sessions_of_the_user(client: AsyncClient, db_session: AsyncSession) -> None:
    await register(client)
    await login(client)
    await expire_sessions(db_session)

    await login(client)

    assert await count_sessions(db_session) == 1


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


async def greet() -> str:
    return "Hello"


@pytest.mark.parametrize("path", ["/greeting", "/name"], ids=["dependency of a router", "parameter of a route"])
async def test_a_router_or_a_route_can_require_authentication(
    session_factory: SessionFactory, auth_headers: dict[str, str], path: str
) -> None:
    greetings, router = APIRouter(), APIRouter()
    greetings.add_api_route("/greeting", greet)
    router.include_router(greetings, dependencies=[Depends(get_current_user)])

    @router.get("/name")
    async def read_name(user: CurrentUser) -> str:
        return user.name

    app = FastAPI()
    app.state.session_factory = session_factory
    app.include_router(router)
    add_error_handlers(app)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        refused = await client.get(path)
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "AUTH_REQUIRED"

        assert (await client.get(path, headers=auth_headers)).status_code == 200


async def test_an_expired_access_token_is_refused(client: AsyncClient, db_session: AsyncSession) -> None:
    await register(client)
    user = (await db_session.scalars(select(User))).one()
    expired = issue_access_token(user.id, uuid4(), lifetime=-60)

    response = await read_me(client, expired)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


async def test_a_refresh_token_is_refused_as_an_access_token(client: AsyncClient, refresh_token: str) -> None:
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


async def test_refreshing_a_session_adds_no_row(
    client: AsyncClient, refresh_token: str, db_session: AsyncSession
) -> None:
    for _ in range(5):
        refresh_token = (await refresh(client, refresh_token)).json()["refresh_token"]

    assert await count_sessions(db_session) == 1


async def test_an_expired_refresh_token_is_refused(
    client: AsyncClient, refresh_token: str, db_session: AsyncSession
) -> None:
    await expire_sessions(db_session)

    assert (await refresh(client, refresh_token)).status_code == 401


async def test_refresh_changes_no_other_session(
    client: AsyncClient, refresh_token: str, db_session: AsyncSession
) -> None:
    # A request that locks several sessions can deadlock with one that ends all of them.
    await login(client)
    await expire_sessions(db_session, RefreshToken.id != read_session_id(refresh_token))

    assert (await refresh(client, refresh_token)).status_code == 200

    assert await count_sessions(db_session) == 2


async def test_using_a_refresh_token_twice_ends_the_session(client: AsyncClient, refresh_token: str) -> None:
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


async def test_an_access_token_is_refused_as_a_refresh_token(client: AsyncClient) -> None:
    await register(client)
    access_token = (await login(client)).json()["access_token"]

    response = await refresh(client, access_token)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AUTH_INVALID_TOKEN"


async def test_an_unknown_refresh_token_is_refused(client: AsyncClient, refresh_token: str) -> None:
    assert (await refresh(client, new_refresh_token())).status_code == 401
    assert (await refresh(client, refresh_token)).status_code == 200


async def test_logout_ends_the_session(client: AsyncClient, refresh_token: str) -> None:
    response = await logout(client, refresh_token)

    assert response.status_code == 204
    assert (await refresh(client, refresh_token)).status_code == 401


async def test_logout_with_a_used_token_ends_the_session(client: AsyncClient, refresh_token: str) -> None:
    renewed = (await refresh(client, refresh_token)).json()["refresh_token"]

    await logout(client, refresh_token)

    assert (await refresh(client, renewed)).status_code == 401


async def test_logout_accepts_an_unknown_token(client: AsyncClient) -> None:
    for unknown in ("unknown", new_refresh_token()):
        assert (await logout(client, unknown)).status_code == 204


@pytest.mark.parametrize("refreshed", [False, True], ids=["after a login", "after a refresh"])
async def test_the_settings_set_the_lifetime_of_a_session(
    client: AsyncClient, db_session: AsyncSession, refreshed: bool
) -> None:
    settings.refresh_token_lifetime = 3600
    await register(client)
    refresh_token = (await login(client)).json()["refresh_token"]
    if refreshed:
        await db_session.execute(update(RefreshToken).values(expires_at=datetime.now(UTC) + timedelta(minutes=1)))
        await db_session.commit()
        await refresh(client, refresh_token)

    expires_at = await db_session.scalar(select(RefreshToken.expires_at))

    assert expires_at is not None
    left = expires_at - datetime.now(UTC)
    assert timedelta(0) <= timedelta(hours=1) - left < timedelta(minutes=1)
