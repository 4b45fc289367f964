"""Registration, login, refresh and logout."""

from typing import Annotated

from fastapi import APIRouter, Form

from app.api.deps.users import AuthServiceDep, HashingLimit
from app.api.errors import error_responses
from app.schemas.envelope import Success
from app.schemas.token import LoginForm, RefreshRequest, TokenPair
from app.schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=201, responses=error_responses(409))
async def register(_limit: HashingLimit, data: UserCreate, auth: AuthServiceDep) -> Success[UserRead]:
    """Register a user. An e-mail address can be registered once, regardless of its case."""
    return Success(data=UserRead.model_validate(await auth.users.create(data)))


@router.post("/login", responses=error_responses(401, 429))
async def login(_limit: HashingLimit, form: Annotated[LoginForm, Form()], auth: AuthServiceDep) -> TokenPair:
    """Exchange an e-mail address and a password for tokens."""
    return await auth.login(form.username, form.password)


@router.post("/refresh", responses=error_responses(401))
async def refresh(data: RefreshRequest, auth: AuthServiceDep) -> TokenPair:
    """Exchange a refresh token for new tokens. It can be used once; using it again ends its session."""
    return await auth.refresh(data.refresh_token)


@router.post("/logout", status_code=204)
async def logout(data: RefreshRequest, auth: AuthServiceDep) -> None:
    """End the session of a refresh token. Access tokens stay valid until they expire."""
    await auth.logout(data.refresh_token)
