"""The timeout and the pool of the database."""

import pytest

from tests.settings import assert_bounds, assert_default


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("database_timeout", 5.0),
        ("readiness_timeout", 2.0),
    ],
)
def test_a_setting_that_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch, name: str, default: object) -> None:
    assert_default(monkeypatch, name, default)


@pytest.mark.parametrize(
    ("name", "largest", "unit"),
    [
        ("DATABASE_TIMEOUT", 60, "seconds"),
        ("READINESS_TIMEOUT", 60, "seconds"),
        ("DATABASE_POOL_SIZE", 1000, "connections"),
    ],
)
def test_a_number_has_bounds(monkeypatch: pytest.MonkeyPatch, name: str, largest: int, unit: str) -> None:
    assert_bounds(monkeypatch, name, largest, unit)
