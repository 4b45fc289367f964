"""The envelope of every JSON response: what succeeded has `data`, what failed has `error`."""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Success(BaseModel, Generic[T]):
    """The body of a response whose status is below 400."""

    success: Literal[True] = True
    data: T


class FieldError(BaseModel):
    """What is wrong with one part of the request."""

    field: str  # where it stands, such as body.price
    message: str
    type: str  # Pydantic's name for the kind of error, such as missing


class Error(BaseModel):
    """What went wrong: `code` is for programs, `message` for people."""

    code: str
    message: str
    details: list[FieldError] | None = None


class Failure(BaseModel):
    """The body of a response whose status is 400 or above."""

    success: Literal[False] = False
    error: Error
