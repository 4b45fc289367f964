"""The cursor of a page: opaque to clients, and exact."""

from datetime import UTC, datetime
from uuid import UUID

from app.schemas.page import Cursor


def test_a_cursor_comes_back_as_it_was() -> None:
    cursor = Cursor(datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC), UUID("00000000-0000-4000-8000-000000000000"))

    assert Cursor.decode(cursor.encode()) == cursor
