"""Schemas of users."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, validate_email
from pydantic.config import JsonDict

from app.core.passwords import normalize
from app.schemas.types import ShortText

PASSWORD_RULES: dict[str, Callable[[str], bool]] = {
    "an upper-case letter": str.isupper,
    "a lower-case letter": str.islower,
    "a digit": str.isdecimal,
    "a special character": lambda character: not character.isalnum() and not character.isspace(),
}
MAX_LENGTH = 128  # limits the cost of hashing, which does not require authentication
PASSWORD: JsonDict = {"format": "password", "examples": ["Correct-Horse-1"]}


def check_password(password: str) -> str:
    """Return the password. Raises ValueError with the missing kinds of characters."""
    missing = [kind for kind, is_kind in PASSWORD_RULES.items() if not any(map(is_kind, password))]
    if missing:
        raise ValueError(f"the password needs {', '.join(missing)}")
    return password


def normalize_password(value: object) -> object:
    """Return the normalized form of a password. Its type and its length are checked afterwards."""
    # A longer string, which could take long to normalize, is longer than the maximum in its normalized form as well.
    return normalize(value) if isinstance(value, str) and len(value) <= 4 * MAX_LENGTH else value


def lower(address: str) -> str:
    """Return an address in lower case, in which it is compared, as mail servers do."""
    return unicodedata.normalize("NFC", address.lower())  # lower case can undo the first normalization


Email = Annotated[EmailStr, AfterValidator(lower)]
Password = Annotated[
    str,
    Field(min_length=10, max_length=MAX_LENGTH, description=f"needs {', '.join(PASSWORD_RULES)}"),
    Field(repr=False, json_schema_extra=PASSWORD),
    AfterValidator(check_password),
    BeforeValidator(normalize_password),
]
# Only compared with the stored one, which may be older than the rules.
CurrentPassword = Annotated[
    str,
    Field(min_length=1, max_length=MAX_LENGTH, repr=False, json_schema_extra=PASSWORD),
    BeforeValidator(normalize_password),
]


def normalize_email(address: str) -> str:
    """Return the normalized form of an address, which is stored and looked up, and other strings as they are."""
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
