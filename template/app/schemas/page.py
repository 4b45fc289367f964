"""Pages of a list that grows while clients walk through it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel

from app.core.exceptions import InvalidCursorError

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """Some entries of a list. `next_cursor` asks for those that come after them; it is null when there are none."""

    items: list[T]
    next_cursor: str | None


class Cursor(NamedTuple):
    """A place in a list that is sorted by creation: the last entry that was seen.

    It names the values of the entry rather than its number, so that entries that come and go move nothing.
    """

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        """Return the cursor as clients get it: opaque, and safe in a URL."""
        return urlsafe_b64encode(f"{self.created_at.isoformat()} {self.id}".encode()).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the cursor that `encode` turned into `text`. Raises InvalidCursorError for any other text."""
        try:
            created_at, entry_id = urlsafe_b64decode(text).decode().split(" ")
            cursor = cls(datetime.fromisoformat(created_at), UUID(entry_id))
        except ValueError as error:
            raise InvalidCursorError from error
        if cursor.created_at.tzinfo is None:
            raise InvalidCursorError
        return cursor
