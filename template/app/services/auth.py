"""What the service does with tokens: a login starts a family of refresh tokens, each of which works once."""

from uuid import UUID, uuid4

from app.core.config import settings
from app.core.exceptions import InvalidTokenError
from app.core.tokens import TokenType, issue_token, read_token
from app.models.user import User
from app.repositories.refresh_token import RefreshTokenRepository
from app.schemas.token import TokenPair


class AuthService:
    """Issues, rotates and revokes tokens."""

    def __init__(self, repository: RefreshTokenRepository) -> None:
        self._tokens = repository

    async def login(self, user: User) -> TokenPair:
        """Return the first tokens of a new family for the user."""
        await self._tokens.delete_expired(user.id)
        return await self._issue(user.id, family_id=uuid4())

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return new tokens for a refresh token. Raises InvalidTokenError when it is not valid any more.

        A token that comes back after it was used has been stolen, from the client or by it: nobody knows which of
        the two is asking, so the whole family is revoked (RFC 9700, section 4.14.2).
        """
        user_id = read_token(refresh_token, TokenType.REFRESH)
        used = await self._tokens.use(refresh_token)
        if used is None:
            await self._tokens.revoke_family(refresh_token)
            raise InvalidTokenError
        return await self._issue(user_id, family_id=used.family_id)

    async def logout(self, refresh_token: str) -> None:
        """Revoke the family of a refresh token. An invalid token is no error (RFC 7009, section 2.2)."""
        await self._tokens.revoke_family(refresh_token)

    async def _issue(self, user_id: UUID, *, family_id: UUID) -> TokenPair:
        access = issue_token(user_id, TokenType.ACCESS, settings.access_token_lifetime)
        refresh = issue_token(user_id, TokenType.REFRESH, settings.refresh_token_lifetime)
        await self._tokens.create(refresh, user_id=user_id, family_id=family_id)
        return TokenPair(
            access_token=access.value, refresh_token=refresh.value, expires_in=settings.access_token_lifetime
        )
