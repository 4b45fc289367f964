"""Locks between concurrent refreshes, logins, logouts and password changes."""

import asyncio
from uuid import uuid4

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import InvalidCredentialsError, InvalidTokenError
from app.database import SessionFactory
from app.models.user import User
from app.repositories.failed_login import FailedLoginRepository
from app.repositories.refresh_token import RefreshTokenRepository
from app.repositories.user import UserRepository
from app.schemas.user import PasswordChange
from app.services.auth import AuthService
from app.services.user import UserService
from tests.postgresql import wait_until_blocked

PASSWORD = "TestPass123!"
CHANGE = PasswordChange(current_password=PASSWORD, new_password="NewPass123!")


def auth_service(session: AsyncSession) -> AuthService:
    failed_logins = FailedLoginRepository(session, "192.0.2.1")
    return AuthService(RefreshTokenRepository(session), failed_logins, UserService(UserRepository(session)))


@pytest.fixture
async def user(db_session: AsyncSession) -> User:
    old_hash = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1),))
    user = User(email="test@example.com", name="Test User", hashed_password=old_hash.hash(PASSWORD))
    db_session.add(user)
    await db_session.commit()
    return user


@pytest.fixture
async def refresh_token(user: User, db_session: AsyncSession) -> str:
    """The refresh token of a session of the user."""
    tokens = await auth_service(db_session).login(user.email, PASSWORD)
    await db_session.commit()
    return tokens.refresh_token


async def end_session(how: str, session: AsyncSession, user: User, refresh_token: str) -> None:
    service = auth_service(session)
    match how:
        case "logout":
            await service.logout(refresh_token)
        case "reuse":
            with pytest.raises(InvalidTokenError):
                await service.refresh(refresh_token)
        case "end of all sessions":
            await service.end_sessions(user)
        case "change of the password":
            await service.change_password(user, CHANGE, session_id=uuid4())


@pytest.mark.parametrize("how", ["logout", "reuse", "end of all sessions", "change of the password"])
async def test_ending_a_session_waits_for_a_refresh(
    db_session: AsyncSession, session_factory: SessionFactory, user: User, refresh_token: str, how: str
) -> None:
    renewed = await auth_service(db_session).refresh(refresh_token)

    async with session_factory() as other, asyncio.timeout(10):
        ending = asyncio.create_task(end_session(how, other, user, refresh_token))
        await wait_until_blocked(db_session)
        await db_session.commit()
        await ending
        await other.commit()

    with pytest.raises(InvalidTokenError):
        await auth_service(db_session).refresh(renewed.refresh_token)


async def assert_a_refresh_waits_and_fails(
    db_session: AsyncSession, session_factory: SessionFactory, refresh_token: str
) -> None:
    """Assert that a refresh in another session waits for the commit of `db_session`, and is refused after it."""
    async with session_factory() as other, asyncio.timeout(10):
        refreshing = asyncio.create_task(auth_service(other).refresh(refresh_token))
        await wait_until_blocked(db_session)
        await db_session.commit()

        with pytest.raises(InvalidTokenError):
            await refreshing


@pytest.mark.parametrize("how", ["logout", "end of all sessions", "change of the password"])
async def test_a_refresh_waits_for_the_end_of_its_session(
    db_session: AsyncSession, session_factory: SessionFactory, user: User, refresh_token: str, how: str
) -> None:
    await end_session(how, db_session, user, refresh_token)

    await assert_a_refresh_waits_and_fails(db_session, session_factory, refresh_token)


async def test_the_second_of_two_refreshes_waits_and_fails(
    db_session: AsyncSession, session_factory: SessionFactory, refresh_token: str
) -> None:
    await auth_service(db_session).refresh(refresh_token)

    await assert_a_refresh_waits_and_fails(db_session, session_factory, refresh_token)


async def test_a_login_waits_for_a_password_change_and_does_not_undo_it(
    db_session: AsyncSession, session_factory: SessionFactory, user: User
) -> None:
    await auth_service(db_session).change_password(user, CHANGE, session_id=uuid4())

    async with session_factory() as other, asyncio.timeout(10):
        logging_in = asyncio.create_task(auth_service(other).login(user.email, PASSWORD))
        await wait_until_blocked(db_session)
        await db_session.commit()

        with pytest.raises(InvalidCredentialsError):
            await logging_in

    assert await auth_service(db_session).login(user.email, CHANGE.new_password)


async def test_a_password_change_waits_for_a_login_and_ends_its_session(
    db_session: AsyncSession, session_factory: SessionFactory, user: User
) -> None:
    tokens = await auth_service(db_session).login(user.email, PASSWORD)

    async with session_factory() as other, asyncio.timeout(10):
        changing = asyncio.create_task(auth_service(other).change_password(user, CHANGE, session_id=uuid4()))
        await wait_until_blocked(db_session)
        await db_session.commit()
        await changing
        await other.commit()

    with pytest.raises(InvalidTokenError):
        await auth_service(db_session).refresh(tokens.refresh_token)
