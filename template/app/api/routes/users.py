"""Users."""

from http import HTTPStatus

from fastapi import APIRouter

from app.api.auth import CurrentUser
from app.api.errors import error_responses
from app.schemas.envelope import Success
from app.schemas.user import UserRead

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", responses=error_responses(HTTPStatus.UNAUTHORIZED))
async def read_me(user: CurrentUser) -> Success[UserRead]:
    """Return the user who asks."""
    return Success(data=UserRead.model_validate(user))
