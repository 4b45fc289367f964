"""The current user."""

from fastapi import APIRouter

from app.api.auth import AuthServiceDep, CurrentSessionId, CurrentUser, HashingTurn
from app.api.errors import error_responses
from app.schemas.envelope import Success
from app.schemas.user import PasswordChange, UserRead

router = APIRouter(prefix="/users", tags=["users"], responses=error_responses(401))


@router.get("/me")
async def read_me(user: CurrentUser) -> Success[UserRead]:
    """Return the current user."""
    return Success(data=UserRead.model_validate(user))


@router.put("/me/password", status_code=204, responses=error_responses(429))
async def change_password(
    _turn: HashingTurn, data: PasswordChange, user: CurrentUser, session_id: CurrentSessionId, auth: AuthServiceDep
) -> None:
    """Change the password of the current user. Every other session ends."""
    await auth.change_password(user, data, session_id=session_id)


@router.delete("/me/sessions", status_code=204)
async def end_sessions(user: CurrentUser, auth: AuthServiceDep) -> None:
    """End every session of the current user, this one as well. Access tokens stay valid until they expire."""
    await auth.end_sessions(user)
