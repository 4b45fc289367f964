"""Pages and their cursors."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from app.schemas.page import Cursor, CursorParam, Page

ID = UUID("00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize(
    "time",
    [
        datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
    ids=str,
)
def test_a_cursor_is_decoded_unchanged(time: datetime) -> None:
    cursor = Cursor(time, ID)

    assert Cursor.decode(cursor.encode()) == cursor


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "not a cursor",
        "\u00e9",
        "\0",
        "x" * 5000,
        encoded("nonsense"),
        encoded(f"2026-01-01T00:00:00 {ID}"),  # without a zone
        encoded(f"2026-01-01T00:00:00+01:00 {ID}"),  # not as a page would write it
        encoded(f"0001-01-01T00:00:00+14:00 {ID}"),  # in UTC, before the first year
        encoded(f"9999-12-31T23:59:59-14:00 {ID}"),  # after the last
        encoded(f"2026-01-01T00:00:00+00:00\0 {ID}"),
        encoded(f"\ud800 {ID}"),
        encoded("2026-01-01T00:00:00+00:00 nonexistent-id"),
        encoded("2026-01-01T00:00:00+00:00 \ud800"),
    ],
    ids=ascii,
)
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ValidationError, match="not the cursor of a previous page"):
        TypeAdapter(CursorParam).validate_python(cursor)


class Entry(NamedTuple):
    created_at: datetime
    id: UUID


ENTRIES = [Entry(datetime(2026, 1, day, tzinfo=UTC), ID) for day in (1, 2, 3)]


def test_a_page_with_more_entries_has_a_next_cursor() -> None:
    page = Page[Entry].of(ENTRIES, limit=2)

    assert page.items == ENTRIES[:2]
    assert page.next_cursor == Cursor(*ENTRIES[1]).encode()


@pytest.mark.parametrize("limit", [3, 4])
def test_the_last_page_has_no_next_cursor(limit: int) -> None:
    page = Page[Entry].of(ENTRIES, limit)

    assert page.items == ENTRIES
    assert page.next_cursor is None


def test_an_error_about_an_entry_does_not_show_the_input() -> None:
    with pytest.raises(ValidationError) as raised:
        Page[int].of(["leak.me@example.org"], limit=1)

    assert "leak.me" not in str(raised.value)


def test_a_page_can_be_empty() -> None:
    assert Page[Entry].of([], limit=1) == Page(items=[], next_cursor=None)
