"""Schemas of users."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, validate_email
from pydantic.config import JsonDict

from app.core.passwords import normalize
from app.schemas.types import ShortText

PASSWORD_RULES: dict[str, Callable[[str], bool]] = {
    "an upper-case letter": str.isupper,
    "a lower-case letter": str.islower,
    "a digit": str.isdecimal,
    "a special character": lambda character: not character.isalnum() and not character.isspace(),
}
PASSWORD: JsonDict = {"format": "password", "examples": ["Correct-Horse-1"]}


def check_password(password: str) -> str:
    """Return the password. Raises ValueError with the missing kinds of characters."""
    missing = [kind for kind, is_kind in PASSWORD_RULES.items() if not any(map(is_kind, password))]
    if missing:
        raise ValueError(f"the password needs {', '.join(missing)}")
    return password


def lower(address: str) -> str:
    """Return an address in lower case, in which it is compared, as mail servers do."""
    return unicodedata.normalize("NFC", address.lower())  # lower case can undo the first normalization


Email = Annotated[EmailStr, AfterValidator(lower)]
# The maximum limits the cost of hashing, which does not require authentication. Before it is normalized, a password may
# have four times the length.
NormalizedPassword = Annotated[str, Field(max_length=4 * 128), AfterValidator(normalize), Field(max_length=128)]
Password = Annotated[
    NormalizedPassword,
    Field(min_length=10, repr=False, description=f"needs {', '.join(PASSWORD_RULES)}", json_schema_extra=PASSWORD),
    AfterValidator(check_password),
]
# Only compared with the stored one, which may be older than the rules.
CurrentPassword = Annotated[NormalizedPassword, Field(min_length=1, repr=False, json_schema_extra=PASSWORD)]


def normalize_email(address: str) -> str:
    """Return the normalized form of an address, which is stored and looked up. Other texts are returned as they are."""
    try:
        return lower(validate_email(address)[1])
    except ValueError:
        return address


class UserCreate(BaseModel):
    """Registration data."""

    email: Annotated[Email, Field(examples=["ann@example.com"])]
    password: Password
    name: Annotated[ShortText, Field(examples=["Ann"])]


class UserRead(BaseModel):
    """A user as returned by the API."""

    model_config = ConfigDict(from_attributes=True, hide_input_in_errors=True)

    id: UUID
    email: str
    name: str
    created_at: datetime


class PasswordChange(BaseModel):
    """Data for a change of the password."""

    current_password: CurrentPassword
    new_password: Password
