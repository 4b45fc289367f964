"""The repository of users."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import ConflictError
from app.models.user import User
from app.repositories.user import UserRepository
from app.schemas.user import UserCreate
from tests.memos import COUNT, Memo

USER = UserCreate(email="test@example.com", password="TestPass123!", name="Test User")


@pytest.fixture
def user_repo(db_session: AsyncSession) -> UserRepository:
    return UserRepository(db_session)


async def test_create_user(user_repo: UserRepository) -> None:
    user = await user_repo.create(USER, hashed_password="hash")

    assert user.id is not None
    assert user.email == "test@example.com"
    assert user.name == "Test User"
    assert user.hashed_password == "hash"
    assert user.created_at.utcoffset() is not None


async def test_get_user(user_repo: UserRepository) -> None:
    created = await user_repo.create(USER, hashed_password="hash")

    assert await user_repo.get(created.id) is created
    assert await user_repo.get(uuid4()) is None


@pytest.mark.parametrize("email", ["test@example.com", "TEST@Example.com", " test@example.com "])
async def test_get_user_by_email(user_repo: UserRepository, email: str) -> None:
    created = await user_repo.create(USER, hashed_password="hash")

    found = await user_repo.get_by_email(email)

    assert found is not None
    assert found.id == created.id


async def test_get_user_not_found(user_repo: UserRepository) -> None:
    found = await user_repo.get_by_email("notfound@example.com")

    assert found is None


async def test_a_taken_address_is_a_conflict_and_keeps_the_transaction(
    user_repo: UserRepository, db_session: AsyncSession
) -> None:
    await user_repo.create(USER, hashed_password="hash")
    db_session.add(Memo(text="Kept"))

    with pytest.raises(ConflictError):
        await user_repo.create(USER, hashed_password="hash")

    await db_session.commit()
    assert await db_session.scalar(select(func.count()).select_from(User)) == 1
    assert await db_session.scalar(COUNT) == 1


async def test_another_integrity_error_is_not_a_conflict(user_repo: UserRepository, db_session: AsyncSession) -> None:
    await db_session.execute(text("CREATE UNIQUE INDEX unique_names ON users (name)"))
    await user_repo.create(USER, hashed_password="hash")

    with pytest.raises(IntegrityError):
        await user_repo.create(USER.model_copy(update={"email": "new@example.com"}), hashed_password="hash")


async def test_get_for_update_reads_the_row_again(user_repo: UserRepository, db_session: AsyncSession) -> None:
    user = await user_repo.create(USER, hashed_password="hash")
    await db_session.execute(text("UPDATE users SET hashed_password = 'another hash'"))

    assert await user_repo.get_by_email(USER.email) is user
    assert user.hashed_password == "hash"
    assert await user_repo.get_by_email(USER.email, for_update=True) is user
    assert user.hashed_password == "another hash"


async def test_the_database_refuses_an_address_that_is_not_in_lower_case(db_session: AsyncSession) -> None:
    db_session.add(User(email="Test@example.com", name="Test User", hashed_password="hash"))

    with pytest.raises(IntegrityError, match="email_lower_case"):
        await db_session.flush()
