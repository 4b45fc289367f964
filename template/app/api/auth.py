"""Dependencies that identify the current user."""

from collections.abc import AsyncGenerator
from typing import Annotated, TypeAlias
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from app.api.deps import SessionDep
from app.core.exceptions import InvalidTokenError, ServiceUnavailableError
from app.core.tokens import read_access_token
from app.models.user import User
from app.repositories.failed_login import FailedLoginRepository
from app.repositories.refresh_token import RefreshTokenRepository
from app.repositories.user import UserRepository
from app.services.auth import AuthService
from app.services.user import UserService

# A relative URL works behind a path prefix. auto_error would answer without the code of the envelope.
bearer = OAuth2PasswordBearer(tokenUrl="api/v1/auth/login", auto_error=False)
BearerToken: TypeAlias = Annotated[str | None, Depends(bearer)]

# The requests that may hash a password at a time, and those that may wait for them.
hashing, MAX_WAITING = CapacityLimiter(4), 16


async def wait_to_hash(request: Request) -> AsyncGenerator[None]:
    """Keep a place to hash a password. Raises ServiceUnavailableError when too many wait, or the client has gone."""
    if hashing.statistics().tasks_waiting >= MAX_WAITING:
        raise ServiceUnavailableError
    async with hashing:
        if await request.is_disconnected():
            raise ServiceUnavailableError
        yield


async def get_auth_service(session: SessionDep, request: Request) -> AuthService:
    """Return the service for users and their tokens, on the session of the request."""
    failed_logins = FailedLoginRepository(session, request.client.host if request.client else "")
    return AuthService(RefreshTokenRepository(session), failed_logins, UserService(UserRepository(session)))


async def get_session_id(token: BearerToken) -> UUID:
    """Return the id of the session that the access token of the request belongs to."""
    return read_access_token(token).session_id


async def get_current_user(token: BearerToken, session: SessionDep) -> User:
    """Return the user whose access token the request carries. Raises InvalidTokenError when the user is gone."""
    user = await UserRepository(session).get(read_access_token(token).user_id)
    if user is None:
        raise InvalidTokenError
    return user


HashingTurn: TypeAlias = Annotated[None, Depends(wait_to_hash, scope="function")]
AuthServiceDep: TypeAlias = Annotated[AuthService, Depends(get_auth_service)]
CurrentUser: TypeAlias = Annotated[User, Depends(get_current_user)]
CurrentSessionId: TypeAlias = Annotated[UUID, Depends(get_session_id)]
