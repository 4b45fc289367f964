"""The envelope of every JSON response: `data` on success, `error` on failure."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Success(BaseModel, Generic[T], json_schema_serialization_defaults_required=True):
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
    details: list[FieldError] | Any = None
    request_id: str | None = None  # of an unexpected error, which the logs have under this id


class Failure(BaseModel, json_schema_serialization_defaults_required=True):
    """The body of a response whose status is 400 or above."""

    success: Literal[False] = False
    error: Error
