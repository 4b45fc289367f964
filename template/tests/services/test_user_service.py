"""The service of users, with a mock of the repository."""

from unittest.mock import AsyncMock, create_autospec
from uuid import uuid4

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import passwords
from app.core.exceptions import ConflictError, InvalidCredentialsError
from app.models.user import User
from app.repositories.user import UserRepository
from app.schemas.user import UserCreate
from app.services.user import UserService

USER = UserCreate(email="test@example.com", password="TestPass123!", name="Test User")


@pytest.fixture
def mock_user_repo() -> AsyncMock:
    # With the specification of the repository, a call of a method that it does not have fails.
    mock: AsyncMock = create_autospec(UserRepository, instance=True)
    mock.get_by_email.return_value = None
    mock.session = AsyncMock(spec=AsyncSession)
    return mock


@pytest.fixture
def user_service(mock_user_repo: AsyncMock) -> UserService:
    return UserService(mock_user_repo)


def stored_user(password: str) -> User:
    return User(id=uuid4(), email=USER.email, name=USER.name, hashed_password=passwords.password_hash.hash(password))


async def test_create_user_success(user_service: UserService, mock_user_repo: AsyncMock) -> None:
    mock_user_repo.create.return_value = created = stored_user(USER.password)

    result = await user_service.create(USER)

    assert result is created
    mock_user_repo.create.assert_awaited_once()
    hashed = mock_user_repo.create.await_args.kwargs["hashed_password"]
    assert passwords.password_hash.verify(USER.password, hashed)


async def test_create_user_duplicate_email(user_service: UserService, mock_user_repo: AsyncMock) -> None:
    mock_user_repo.get_by_email.return_value = stored_user(USER.password)

    with pytest.raises(ConflictError):
        await user_service.create(USER)

    mock_user_repo.create.assert_not_awaited()


async def test_authenticate_returns_the_user(user_service: UserService, mock_user_repo: AsyncMock) -> None:
    mock_user_repo.get_by_email.return_value = user = stored_user(USER.password)

    assert await user_service.authenticate(USER.email, USER.password) is user


async def test_authenticate_holds_no_transaction_while_it_hashes(
    user_service: UserService, mock_user_repo: AsyncMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock_user_repo.get_by_email.return_value = stored_user(USER.password)
    verify = Argon2Hasher.verify

    def verify_after_the_commit(self: Argon2Hasher, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - pwdlib's name
        mock_user_repo.session.commit.assert_awaited_once()
        return verify(self, password, hash)

    monkeypatch.setattr(Argon2Hasher, "verify", verify_after_the_commit)

    await user_service.authenticate(USER.email, USER.password)

    mock_user_repo.session.commit.assert_awaited_once()


async def test_authenticate_refuses_a_password_that_was_changed_while_it_was_verified(
    user_service: UserService, mock_user_repo: AsyncMock
) -> None:
    changed = stored_user("NewPass123!")
    hashed_password = changed.hashed_password
    mock_user_repo.get_by_email.side_effect = [stored_user(USER.password), changed, changed]

    with pytest.raises(InvalidCredentialsError):
        await user_service.authenticate(USER.email, USER.password)

    assert changed.hashed_password == hashed_password


async def test_authenticate_accepts_a_password_whose_hash_was_replaced_while_it_was_verified(
    user_service: UserService, mock_user_repo: AsyncMock
) -> None:
    upgraded = stored_user(USER.password)
    mock_user_repo.get_by_email.side_effect = [stored_user(USER.password), upgraded, upgraded, upgraded]

    assert await user_service.authenticate(USER.email, USER.password) is upgraded
    mock_user_repo.get_by_email.assert_awaited_with(USER.email, for_update=True)
    assert [call.args for call in mock_user_repo.get_by_email.await_args_list] == [(USER.email,)] * 4


async def test_authenticate_refuses_a_user_who_was_deleted_while_the_password_was_verified(
    user_service: UserService, mock_user_repo: AsyncMock
) -> None:
    mock_user_repo.get_by_email.side_effect = [stored_user(USER.password), None]

    with pytest.raises(InvalidCredentialsError):
        await user_service.authenticate(USER.email, USER.password)


@pytest.mark.parametrize("known", [True, False], ids=["wrong password", "unknown address"])
async def test_authenticate_verifies_one_hash_whether_or_not_the_address_is_known(
    user_service: UserService,
    mock_user_repo: AsyncMock,
    monkeypatch: pytest.MonkeyPatch,
    known: bool,
) -> None:
    mock_user_repo.get_by_email.return_value = stored_user(USER.password) if known else None
    verified: list[str] = []
    verify = Argon2Hasher.verify

    def counting_verify(self: Argon2Hasher, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - pwdlib's name
        verified.append(str(password))
        return verify(self, password, hash)

    monkeypatch.setattr(Argon2Hasher, "verify", counting_verify)

    with pytest.raises(InvalidCredentialsError):
        await user_service.authenticate(USER.email, "WrongPass123!")

    assert verified == ["WrongPass123!"]
