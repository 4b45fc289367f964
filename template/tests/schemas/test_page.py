"""The cursor of a page: opaque to clients, and exact."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.schemas.page import Cursor


@pytest.mark.parametrize(
    "time",
    [datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)],
    ids=str,
)
def test_a_cursor_comes_back_as_it_was(time: datetime) -> None:
    cursor = Cursor(time, UUID("00000000-0000-4000-8000-000000000000"))

    assert Cursor.decode(cursor.encode()) == cursor
