"""Cursor pagination."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page of a list. `next_cursor` requests the next page; it is null on the last one."""

    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[T]
    next_cursor: str | None

    @classmethod
    def of(cls, found: Sequence[Any], limit: int) -> Self:
        """Return a page of the first `limit` entries. If more were found, there is a next page."""
        cursor = Cursor(found[limit - 1].created_at, found[limit - 1].id).encode() if len(found) > limit else None
        return cls.model_validate({"items": found[:limit], "next_cursor": cursor})


class Cursor(NamedTuple):
    """A position in a list sorted by creation: the values of the last entry of a page, in UTC."""

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        """Return the cursor as text for clients: opaque, and safe in a URL."""
        return urlsafe_b64encode(f"{self.created_at.isoformat()} {self.id}".encode()).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the cursor that `encode` returned as `text`. Raises ValueError for any other string."""
        with suppress(ValueError):
            created_at, entry_id = urlsafe_b64decode(text).decode().split(" ")
            cursor = cls(datetime.fromisoformat(created_at).replace(tzinfo=UTC), UUID(entry_id))
            if cursor.encode() == text:  # no other spelling of the same time and id
                return cursor
        raise ValueError("not the cursor of a previous page")


# Not Annotated[Cursor, ...]: FastAPI treats a tuple as a list of query parameters.
CursorParam = Annotated[Any, PlainValidator(Cursor.decode), WithJsonSchema({"type": "string"})]
