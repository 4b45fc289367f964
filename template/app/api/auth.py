"""Who is asking: what the routes depend on for it."""

from typing import Annotated, TypeAlias

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer

from app.api.deps import SessionDep
from app.core.exceptions import AuthenticationError, InvalidTokenError
from app.core.tokens import TokenType, read_token
from app.models.user import User
from app.repositories.refresh_token import RefreshTokenRepository
from app.repositories.user import UserRepository
from app.services.auth import AuthService
from app.services.user import UserService

# auto_error would answer without the code of the envelope.
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login", refreshUrl="/api/v1/auth/refresh", auto_error=False)


async def get_user_service(session: SessionDep) -> UserService:
    """Return the service for users, on the session of the request."""
    return UserService(UserRepository(session))


async def get_auth_service(session: SessionDep) -> AuthService:
    """Return the service for tokens, on the session of the request."""
    return AuthService(RefreshTokenRepository(session))


async def get_current_user(token: Annotated[str | None, Depends(bearer)], session: SessionDep) -> User:
    """Return the user whose access token the request carries.

    Raises AuthenticationError without a token, and InvalidTokenError when it is not valid or its user is gone.
    """
    if token is None:
        raise AuthenticationError
    user = await UserRepository(session).get(read_token(token, TokenType.ACCESS))
    if user is None:
        raise InvalidTokenError
    return user


UserServiceDep: TypeAlias = Annotated[UserService, Depends(get_user_service)]
AuthServiceDep: TypeAlias = Annotated[AuthService, Depends(get_auth_service)]
CurrentUser: TypeAlias = Annotated[User, Depends(get_current_user)]
