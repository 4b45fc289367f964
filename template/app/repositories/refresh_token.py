"""Refresh tokens in the database."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.tokens import Token, hash_token
from app.models.refresh_token import RefreshToken


class RefreshTokenRepository:
    """The refresh tokens on a session, whose owner commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def create(self, token: Token, *, user_id: UUID, family_id: UUID) -> None:
        """Store a token as a member of its family."""
        stored = RefreshToken(
            user_id=user_id, family_id=family_id, token_hash=hash_token(token.value), expires_at=token.expires_at
        )
        self._session.add(stored)

    async def use(self, value: str) -> RefreshToken | None:
        """Mark a token as used and return it, or None when it is unknown, used or revoked.

        One statement decides: of two requests with one token, only one can be the first.
        """
        return await self._session.scalar(
            update(RefreshToken)
            .where(
                RefreshToken.token_hash == hash_token(value),
                RefreshToken.used_at.is_(None),
                RefreshToken.revoked_at.is_(None),
            )
            .values(used_at=datetime.now(UTC))
            .returning(RefreshToken)
        )

    async def revoke_family(self, value: str) -> None:
        """Revoke every token that descends from the same login as this one, and commit.

        The commit is made here because the request usually ends with an error, which would roll it back.
        """
        family = select(RefreshToken.family_id).where(RefreshToken.token_hash == hash_token(value)).scalar_subquery()
        await self._session.execute(
            update(RefreshToken)
            .where(RefreshToken.family_id == family, RefreshToken.revoked_at.is_(None))
            .values(revoked_at=datetime.now(UTC))
        )
        await self._session.commit()

    async def delete_expired(self, user_id: UUID) -> None:
        """Delete the user's tokens that have expired: they are of no use, nor is their reuse a danger."""
        await self._session.execute(
            delete(RefreshToken).where(RefreshToken.user_id == user_id, RefreshToken.expires_at < datetime.now(UTC))
        )
