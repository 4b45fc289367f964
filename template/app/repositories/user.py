"""Users in the database."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.exceptions import ConflictError
from app.models.user import User
from app.schemas.user import UserCreate


class UserRepository:
    """The users on a session, whose owner commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def create(self, data: UserCreate, *, hashed_password: str) -> User:
        """Store a new user and return it. Raises ConflictError when the address is taken."""
        user = User(email=data.email, name=data.name, hashed_password=hashed_password)
        try:
            # A savepoint: what the session did before survives the conflict.
            async with self._session.begin_nested():
                self._session.add(user)
        except IntegrityError as error:
            raise ConflictError from error
        return user

    async def get(self, user_id: UUID) -> User | None:
        """Return the user with this id, or None."""
        return await self._session.get(User, user_id)

    async def get_by_email(self, email: str) -> User | None:
        """Return the user with this address, whatever its case, or None."""
        return await self._session.scalar(select(User).where(User.email == email.lower()))

    async def end_transaction(self) -> None:
        """Commit, and give the connection back until the next query.

        For slow work between two queries: a transaction left open would keep others waiting.
        """
        await self._session.commit()
