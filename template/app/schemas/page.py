"""Pages of a list that grows while clients walk through it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, PlainValidator, WithJsonSchema

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """Some entries of a list. `next_cursor` asks for those that come after them; it is null when there are none."""

    items: list[T]
    next_cursor: str | None

    @classmethod
    def of(cls, found: Sequence[Any], limit: int) -> Self:
        """Return a page with the first `limit` of what was found. One more than that tells that there is another page."""
        cursor = Cursor(found[limit - 1].created_at, found[limit - 1].id).encode() if len(found) > limit else None
        return cls.model_validate({"items": found[:limit], "next_cursor": cursor})


class Cursor(NamedTuple):
    """A place in a list that is sorted by creation: the last entry that was seen, by its values, in UTC."""

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        """Return the cursor as clients get it: opaque, and safe in a URL."""
        return urlsafe_b64encode(f"{self.created_at.isoformat()} {self.id}".encode()).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the cursor that `encode` turned into `text`. Raises ValueError for any other text."""
        with suppress(ValueError):
            created_at, entry_id = urlsafe_b64decode(text).decode().split(" ")
            cursor = cls(datetime.fromisoformat(created_at).replace(tzinfo=UTC), UUID(entry_id))
            if cursor.encode() == text:  # not another way to write the same, such as with another zone
                return cursor
        raise ValueError("no earlier page gave this cursor")


# Not Annotated[Cursor, ...]: FastAPI would take the tuple for a list of values.
CursorParam = Annotated[Any, PlainValidator(Cursor.decode), WithJsonSchema({"type": "string"})]
