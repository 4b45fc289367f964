"""Registering, signing in, staying signed in, signing out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Response

from app.api.auth import AuthServiceDep, UserServiceDep
from app.api.errors import error_responses
from app.schemas.envelope import Success
from app.schemas.token import LoginForm, RefreshRequest, TokenPair
from app.schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post(
    "/register",
    status_code=HTTPStatus.CREATED,
    responses=error_responses(HTTPStatus.CONFLICT),
)
async def register(data: UserCreate, users: UserServiceDep) -> Success[UserRead]:
    """Create a user. An e-mail address can be registered once, whatever its case."""
    return Success(data=UserRead.model_validate(await users.create(data)))


@router.post("/login", responses=error_responses(HTTPStatus.UNAUTHORIZED))
async def login(
    form: Annotated[LoginForm, Form()], users: UserServiceDep, auth: AuthServiceDep, response: Response
) -> TokenPair:
    """Trade an e-mail address and a password for tokens."""
    user = await users.authenticate(form.username, form.password)
    _forbid_caching(response)
    return await auth.login(user)


@router.post("/refresh", responses=error_responses(HTTPStatus.UNAUTHORIZED))
async def refresh(data: RefreshRequest, auth: AuthServiceDep, response: Response) -> TokenPair:
    """Trade a refresh token for new tokens. It works once; using it again ends the session it belongs to."""
    _forbid_caching(response)
    return await auth.refresh(data.refresh_token)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
async def logout(data: RefreshRequest, auth: AuthServiceDep) -> None:
    """End the session that a refresh token belongs to. Access tokens stay valid until they expire."""
    await auth.logout(data.refresh_token)


def _forbid_caching(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"  # RFC 6749, section 5.1
