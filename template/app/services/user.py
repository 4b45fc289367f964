"""What the service does with users."""

from app.core.exceptions import ConflictError, InvalidCredentialsError
from app.core.passwords import hash_password, verify_password
from app.models.user import User
from app.repositories.user import UserRepository
from app.schemas.user import UserCreate


class UserService:
    """Registers users and checks who they are."""

    def __init__(self, repository: UserRepository) -> None:
        self._users = repository

    async def create(self, data: UserCreate) -> User:
        """Register a user and return it. Raises ConflictError when the address is taken."""
        # Hash first: a transaction that waited for it would keep others waiting.
        hashed_password = await hash_password(data.password)
        if await self._users.get_by_email(data.email):
            raise ConflictError
        # Someone else may register the address at this moment: then the database refuses, as a ConflictError too.
        return await self._users.create(data, hashed_password=hashed_password)

    async def authenticate(self, email: str, password: str) -> User:
        """Return the user with this address and password. Raises InvalidCredentialsError when one of them is wrong."""
        user = await self._users.get_by_email(email)
        await self._users.end_transaction()
        matches, new_hash = await verify_password(password, user.hashed_password if user else None)
        if user is None or not matches:
            raise InvalidCredentialsError
        if new_hash:
            user.hashed_password = new_hash
        return user
