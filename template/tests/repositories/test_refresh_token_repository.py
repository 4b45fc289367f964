"""The repository of the refresh tokens, on the database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.tokens import Token
from app.models.refresh_token import RefreshToken
from app.models.user import User
from app.repositories.refresh_token import RefreshTokenRepository

TOKEN = Token("a-token", datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
async def user(db_session: AsyncSession) -> User:
    user = User(email="test@example.com", name="Test User", hashed_password="hash")
    db_session.add(user)
    await db_session.commit()
    return user


@pytest.fixture
def token_repo(db_session: AsyncSession) -> RefreshTokenRepository:
    return RefreshTokenRepository(db_session)


async def test_only_a_hash_of_the_token_is_stored(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    await token_repo.create(TOKEN, user_id=user.id, family_id=uuid4())

    stored = (await db_session.scalars(select(RefreshToken))).one()
    assert len(stored.token_hash) == 64
    assert stored.token_hash != TOKEN.value
    assert stored.expires_at == TOKEN.expires_at


async def test_a_token_can_be_used_once(token_repo: RefreshTokenRepository, user: User) -> None:
    family = uuid4()
    await token_repo.create(TOKEN, user_id=user.id, family_id=family)

    used = await token_repo.use(TOKEN.value)

    assert used is not None
    assert used.family_id == family
    assert await token_repo.use(TOKEN.value) is None


async def test_an_unknown_token_cannot_be_used(token_repo: RefreshTokenRepository) -> None:
    assert await token_repo.use("unknown") is None


async def test_revoking_a_family_outlives_the_rollback_of_the_request(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    family = uuid4()
    sibling = Token("its-sibling", TOKEN.expires_at)
    stranger = Token("a-stranger", TOKEN.expires_at)
    await token_repo.create(TOKEN, user_id=user.id, family_id=family)
    await token_repo.create(sibling, user_id=user.id, family_id=family)
    await token_repo.create(stranger, user_id=user.id, family_id=uuid4())

    await token_repo.revoke_family(TOKEN.value)
    await db_session.rollback()

    assert await token_repo.use(TOKEN.value) is None
    assert await token_repo.use(sibling.value) is None
    assert await token_repo.use(stranger.value) is not None


async def test_revoking_a_family_again_changes_nothing(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    await token_repo.create(TOKEN, user_id=user.id, family_id=uuid4())
    await token_repo.revoke_family(TOKEN.value)
    revoked_at = await db_session.scalar(select(RefreshToken.revoked_at))

    await token_repo.revoke_family(TOKEN.value)

    assert revoked_at is not None
    assert await db_session.scalar(select(RefreshToken.revoked_at)) == revoked_at


async def test_only_the_tokens_of_the_user_that_have_expired_are_deleted(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    other = User(email="other@example.com", name="Other User", hashed_password="hash")
    db_session.add(other)
    await db_session.flush()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await token_repo.create(TOKEN, user_id=user.id, family_id=uuid4())
    await token_repo.create(Token("expired", yesterday), user_id=user.id, family_id=uuid4())
    await token_repo.create(Token("other's", yesterday), user_id=other.id, family_id=uuid4())

    await token_repo.delete_expired(user.id)

    assert await token_repo.use("expired") is None
    assert await token_repo.use(TOKEN.value) is not None
    assert await token_repo.use("other's") is not None


async def test_the_tokens_of_a_deleted_user_are_deleted(
    token_repo: RefreshTokenRepository, user: User, db_session: AsyncSession
) -> None:
    await token_repo.create(TOKEN, user_id=user.id, family_id=uuid4())

    await db_session.execute(delete(User))

    assert (await db_session.scalars(select(RefreshToken))).all() == []
