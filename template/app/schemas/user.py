"""Users, as clients send and see them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field

from app.schemas.types import ShortText

PASSWORD_RULES: dict[str, Callable[[str], bool]] = {
    "an upper-case letter": str.isupper,
    "a lower-case letter": str.islower,
    "a digit": str.isdecimal,
    "a special character": lambda character: not character.isalnum() and not character.isspace(),
}


def check_password(password: str) -> str:
    """Return `password`. Raises ValueError that names each kind of character it lacks."""
    missing = [kind for kind, is_kind in PASSWORD_RULES.items() if not any(map(is_kind, password))]
    if missing:
        msg = f"the password needs {', '.join(missing)}"
        raise ValueError(msg)
    return password


# One address is one user, whatever its case: no mail server in use tells them apart.
Email = Annotated[EmailStr, AfterValidator(str.lower)]
# The upper bound keeps hashing affordable: whoever is not signed in can ask for it.
Password = Annotated[
    str,
    Field(
        min_length=10,
        max_length=128,
        repr=False,
        description=f"needs {', '.join(PASSWORD_RULES)}",
        json_schema_extra={"format": "password"},
    ),
    AfterValidator(check_password),
]


class UserCreate(BaseModel):
    """What someone says who registers."""

    email: Email
    password: Password
    name: ShortText


class UserRead(BaseModel):
    """What a client is told about a user: never the hash of the password."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    created_at: datetime
