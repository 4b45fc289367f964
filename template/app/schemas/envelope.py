"""The envelope of JSON responses: `data` on success, `error` on failure."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Success(BaseModel, Generic[T], json_schema_serialization_defaults_required=True):
    """The body of a successful response."""

    success: Literal[True] = True
    data: T


class FieldError(BaseModel):
    """An error in a field of the request."""

    field: str  # its path, such as body.price
    message: str
    type: str  # Pydantic's error type, such as missing


class Error(BaseModel):
    """An error: `code` is for programs, `message` for people."""

    code: str
    message: str
    details: list[FieldError] | Any = None
    request_id: str | None = None  # of an unexpected error, to find it in the log


class Failure(BaseModel, json_schema_serialization_defaults_required=True):
    """The body of an error response."""

    success: Literal[False] = False
    error: Error
