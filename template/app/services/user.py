"""Business logic of users: registration and passwords."""

from app.core.exceptions import ConflictError, InvalidCredentialsError
from app.core.passwords import hash_password, verify_password
from app.models.user import User
from app.repositories.user import UserRepository
from app.schemas.user import UserCreate


class UserService:
    """Registers users and checks passwords. No transaction is open while a password is hashed."""

    def __init__(self, repository: UserRepository) -> None:
        self._users = repository

    async def create(self, data: UserCreate) -> User:
        """Register a user and return it. Raises ConflictError if the address is registered."""
        hashed_password = await hash_password(data.password)
        if await self._users.get_by_email(data.email):
            raise ConflictError
        # The unique constraint refuses the second of two concurrent registrations, also with ConflictError.
        return await self._users.create(data, hashed_password=hashed_password)

    async def authenticate(self, email: str, password: str) -> User:
        """Return the user, locked. Commits first. Raises InvalidCredentialsError for a wrong address or password."""
        user = await self._users.get_by_email(email)
        hashed_password = user.hashed_password if user else None
        await self._users.session.commit()
        matches, new_hash = await verify_password(password, hashed_password)
        user = await self._users.get_by_email(email, for_update=True) if matches else None
        if user is None:
            raise InvalidCredentialsError
        if user.hashed_password != hashed_password:  # changed meanwhile, or upgraded by another login
            return await self.authenticate(email, password)
        if new_hash:
            user.hashed_password = new_hash
        return user
