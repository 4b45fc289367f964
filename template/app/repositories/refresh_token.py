"""The repository of refresh tokens."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.tokens import read_session_id, sha256
from app.models.user import RefreshToken


class RefreshTokenRepository:
    """The refresh tokens in the database, one for each session. The caller commits."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def create(self, token: str, *, user_id: UUID, expires_at: datetime) -> None:
        """Store the first token of a session."""
        session_id, token_hash = read_session_id(token), sha256(token)
        self.session.add(RefreshToken(id=session_id, user_id=user_id, token_hash=token_hash, expires_at=expires_at))

    async def replace(self, old: str, new: str, *, expires_at: datetime) -> UUID | None:
        """Replace the token of a session. Return the id of its user, or None if the old token is not valid."""
        return await self.session.scalar(
            update(RefreshToken)
            .where(RefreshToken.id == read_session_id(old), RefreshToken.token_hash == sha256(old))
            .where(RefreshToken.expires_at > datetime.now(UTC))
            .values(token_hash=sha256(new), expires_at=expires_at)
            .returning(RefreshToken.user_id)
        )

    async def delete(self, session_id: UUID) -> None:
        """End a session."""
        await self.session.execute(delete(RefreshToken).where(RefreshToken.id == session_id))

    async def delete_all(self, user_id: UUID, *, except_id: UUID | None = None) -> None:
        """End the sessions of a user, except the one with the id `except_id`."""
        is_other = RefreshToken.id.is_distinct_from(except_id)
        await self.session.execute(delete(RefreshToken).where(RefreshToken.user_id == user_id, is_other))

    async def delete_expired(self, user_id: UUID) -> None:
        """Delete the sessions of a user that have expired."""
        expired = RefreshToken.expires_at < datetime.now(UTC)
        await self.session.execute(delete(RefreshToken).where(RefreshToken.user_id == user_id, expired))
