"""The current user, and the service for users and their sessions."""

from collections.abc import AsyncGenerator
from typing import Annotated, TypeAlias

from anyio import CapacityLimiter
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from app.core.exceptions import InvalidTokenError, ServiceUnavailableError
from app.core.tokens import AccessToken, read_access_token
from app.database import SessionDep
from app.models.user import User
from app.repositories.failed_login import FailedLoginRepository
from app.repositories.refresh_token import RefreshTokenRepository
from app.repositories.user import UserRepository
from app.services.auth import AuthService
from app.services.user import UserService

# A relative URL works behind a path prefix. `auto_error` would return an error without the code of the envelope.
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="api/v1/auth/login", auto_error=False)

# How many requests can hash passwords at once, and how many more can wait.
hashing_limiter = CapacityLimiter(4)
MAX_WAITING = 16


async def limit_hashing(request: Request) -> AsyncGenerator[None]:
    """Limit concurrent hashing. Raises ServiceUnavailableError if too many requests wait or the client disconnected."""
    if hashing_limiter.statistics().tasks_waiting >= MAX_WAITING:
        raise ServiceUnavailableError("Too many requests are waiting. Try again later.")
    async with hashing_limiter:
        if await request.is_disconnected():
            raise ServiceUnavailableError("The client has disconnected.")
        yield


async def get_auth_service(session: SessionDep, request: Request) -> AuthService:
    """Return the service for users and their sessions, on the database session of the request."""
    failed_logins = FailedLoginRepository(session, request.client.host if request.client else "")
    return AuthService(RefreshTokenRepository(session), failed_logins, UserService(UserRepository(session)))


async def get_access_token(token: Annotated[str | None, Depends(oauth2_scheme)]) -> AccessToken:
    """Return the verified access token of the request."""
    return read_access_token(token)


AccessTokenDep: TypeAlias = Annotated[AccessToken, Depends(get_access_token)]


async def get_current_user(token: AccessTokenDep, session: SessionDep) -> User:
    """Return the user of the access token. Raises InvalidTokenError if the user was deleted."""
    user = await UserRepository(session).get(token.user_id)
    if user is None:
        raise InvalidTokenError
    return user


HashingLimit: TypeAlias = Annotated[None, Depends(limit_hashing, scope="function")]
AuthServiceDep: TypeAlias = Annotated[AuthService, Depends(get_auth_service)]
CurrentUser: TypeAlias = Annotated[User, Depends(get_current_user)]
