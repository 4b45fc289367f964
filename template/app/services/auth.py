"""Business logic of sessions: login, refresh, logout, change of the password."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.core.config import settings
from app.core.exceptions import InvalidCredentialsError, InvalidTokenError, TooManyFailedLoginsError
from app.core.passwords import hash_password
from app.core.tokens import issue_access_token, new_refresh_token, next_refresh_token, read_session_id, sha256
from app.models.user import User
from app.repositories.failed_login import FailedLoginRepository
from app.repositories.refresh_token import RefreshTokenRepository
from app.schemas.token import TokenPair
from app.schemas.user import PasswordChange, normalize_email
from app.services.user import UserService


class AuthService:
    """Starts, continues and ends the sessions of users."""

    def __init__(self, tokens: RefreshTokenRepository, failures: FailedLoginRepository, users: UserService) -> None:
        self.users = users
        self._tokens = tokens
        self._failures = failures

    async def login(self, email: str, password: str) -> TokenPair:
        """Start a session. Raises InvalidCredentialsError or TooManyFailedLoginsError."""
        user = await self._authenticate(email, password)
        await self._tokens.delete_expired(user.id)
        refresh_token = new_refresh_token()
        await self._tokens.create(refresh_token, user_id=user.id, expires_at=_expiry())
        return _token_pair(user.id, refresh_token)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Return new tokens for a refresh token. Raises InvalidTokenError if it is not valid."""
        renewed = next_refresh_token(refresh_token)
        user_id = await self._tokens.replace(refresh_token, renewed, expires_at=_expiry())
        if user_id is None:
            # A token that is used again may have been stolen: end its session (RFC 9700, section 4.14.2).
            await self._tokens.delete(read_session_id(refresh_token))
            await self._tokens.session.commit()  # the error would roll it back
            raise InvalidTokenError
        return _token_pair(user_id, renewed)

    async def logout(self, refresh_token: str) -> None:
        """End the session of a refresh token. An invalid token is no error (RFC 7009, section 2.2)."""
        await self._tokens.delete(read_session_id(refresh_token))

    async def change_password(self, user: User, data: PasswordChange, *, session_id: UUID) -> None:
        """Change the password of a user, and end every session but this one. Raises as `login` does."""
        await self._tokens.session.commit()  # release the connection while the password is hashed
        hashed_password = await hash_password(data.new_password)
        user = await self._authenticate(user.email, data.current_password)
        user.hashed_password = hashed_password
        await self._tokens.delete_all(user.id, except_id=session_id)

    async def end_sessions(self, user: User) -> None:
        """End every session of a user."""
        await self._tokens.delete_all(user.id)

    async def _authenticate(self, email: str, password: str) -> User:
        account = sha256(normalize_email(email))
        if seconds := await self._failures.retry_after(account):
            raise TooManyFailedLoginsError(retry_after=seconds)
        try:
            user = await self.users.authenticate(email, password)
        except InvalidCredentialsError:
            await self._failures.create(account)
            await self._failures.session.commit()  # the error would roll it back
            raise
        await self._failures.delete(account)
        return user


def _expiry() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=settings.refresh_token_lifetime)


def _token_pair(user_id: UUID, refresh_token: str) -> TokenPair:
    access_token = issue_access_token(user_id, read_session_id(refresh_token), settings.access_token_lifetime)
    return TokenPair(access_token=access_token, refresh_token=refresh_token, expires_in=settings.access_token_lifetime)
