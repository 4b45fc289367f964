"""The repository of users."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import ConflictError
from app.models.user import User
from app.schemas.user import UserCreate, normalize_email


class UserRepository:
    """The users in the database. The caller commits."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create(self, data: UserCreate, *, hashed_password: str) -> User:
        """Store a new user and return it. Raises ConflictError if the address is registered."""
        user = User(email=data.email, name=data.name, hashed_password=hashed_password)
        try:
            # A savepoint, so that a conflict does not roll back earlier changes of the session.
            async with self.session.begin_nested():
                self.session.add(user)
        except IntegrityError as error:
            # Violations of other constraints are bugs.
            if await self.get_by_email(data.email) is None:
                raise
            raise ConflictError from error
        return user

    async def get(self, user_id: UUID) -> User | None:
        """Return the user with this id, or None."""
        return await self.session.get(User, user_id)

    async def get_by_email(self, email: str, *, for_update: bool = False) -> User | None:
        """Return the user with this address, or None. With `for_update`, the row is read again and locked."""
        query = select(User).where(User.email == normalize_email(email))
        if for_update:
            query = query.with_for_update().execution_options(populate_existing=True)
        return await self.session.scalar(query)
