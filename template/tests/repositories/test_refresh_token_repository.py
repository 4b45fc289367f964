"""The repository of refresh tokens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.tokens import new_refresh_token, next_refresh_token, read_session_id
from app.models.user import RefreshToken, User
from app.repositories.refresh_token import RefreshTokenRepository

TOKEN = new_refresh_token()
RENEWED = next_refresh_token(TOKEN)
TOMORROW = datetime.now(UTC) + timedelta(days=1)
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


async def store_user(session: AsyncSession, email: str) -> User:
    user = User(email=email, name="Test User", hashed_password="hash")
    session.add(user)
    await session.flush()
    return user


@pytest.fixture
async def user(db_session: AsyncSession) -> User:
    return await store_user(db_session, "test@example.com")


@pytest.fixture
async def other_user(db_session: AsyncSession) -> User:
    return await store_user(db_session, "other@example.com")


@pytest.fixture
def token_repo(db_session: AsyncSession) -> RefreshTokenRepository:
    return RefreshTokenRepository(db_session)


async def start_session(token_repo: RefreshTokenRepository, user: User, expires_at: datetime = TOMORROW) -> UUID:
    token = new_refresh_token()
    await token_repo.create(token, user_id=user.id, expires_at=expires_at)
    return read_session_id(token)


async def stored_sessions(session: AsyncSession) -> set[UUID]:
    return set(await session.scalars(select(RefreshToken.id)))


async def test_only_a_hash_of_the_token_is_stored(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    await token_repo.create(TOKEN, user_id=user.id, expires_at=TOMORROW)

    stored = (await db_session.scalars(select(RefreshToken))).one()
    assert stored.id == read_session_id(TOKEN)
    assert len(stored.token_hash) == 64
    assert stored.token_hash not in TOKEN
    assert stored.expires_at == TOMORROW


async def test_a_token_can_be_replaced_once(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    await token_repo.create(TOKEN, user_id=user.id, expires_at=TOMORROW)
    later = TOMORROW + timedelta(days=1)

    assert await token_repo.replace(TOKEN, RENEWED, expires_at=later) == user.id

    assert await token_repo.replace(TOKEN, new_refresh_token(), expires_at=later) is None
    assert await db_session.scalar(select(RefreshToken.expires_at)) == later
    assert await token_repo.replace(RENEWED, TOKEN, expires_at=later) == user.id


async def test_a_token_that_has_expired_cannot_be_replaced(token_repo: RefreshTokenRepository, user: User) -> None:
    await token_repo.create(TOKEN, user_id=user.id, expires_at=YESTERDAY)

    assert await token_repo.replace(TOKEN, RENEWED, expires_at=TOMORROW) is None


async def test_an_unknown_token_cannot_be_replaced(token_repo: RefreshTokenRepository, user: User) -> None:
    await start_session(token_repo, user)

    assert await token_repo.replace(TOKEN, RENEWED, expires_at=TOMORROW) is None


async def test_ending_a_session_leaves_the_others(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    ended, other = [await start_session(token_repo, user) for _ in range(2)]

    await token_repo.delete(ended)

    assert await stored_sessions(db_session) == {other}


async def test_ending_all_sessions_of_a_user_leaves_those_of_others(
    token_repo: RefreshTokenRepository, user: User, other_user: User, db_session: AsyncSession
) -> None:
    for _ in range(2):
        await start_session(token_repo, user)
    others = await start_session(token_repo, other_user)

    await token_repo.delete_all(user.id)

    assert await stored_sessions(db_session) == {others}


async def test_ending_all_sessions_but_one_leaves_that_one(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    kept, _ = [await start_session(token_repo, user) for _ in range(2)]

    await token_repo.delete_all(user.id, except_id=kept)

    assert await stored_sessions(db_session) == {kept}


async def test_only_expired_sessions_of_the_user_are_deleted(
    token_repo: RefreshTokenRepository, user: User, other_user: User, db_session: AsyncSession
) -> None:
    kept = await start_session(token_repo, user)
    await start_session(token_repo, user, expires_at=YESTERDAY)
    others = await start_session(token_repo, other_user, expires_at=YESTERDAY)

    await token_repo.delete_expired(user.id)

    assert await stored_sessions(db_session) == {kept, others}


async def test_the_sessions_of_a_deleted_user_are_deleted(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    await start_session(token_repo, user)

    await db_session.execute(delete(User))

    assert await stored_sessions(db_session) == set()
