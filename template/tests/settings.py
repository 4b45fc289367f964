"""Assertions about settings."""

import pytest

from app.core.config import load_settings


def assert_default(monkeypatch: pytest.MonkeyPatch, name: str, default: object) -> None:
    """Assert that a setting has its default when its variable is not set, and when it is empty."""
    monkeypatch.delenv(name.upper(), raising=False)
    assert getattr(load_settings(), name) == default

    monkeypatch.setenv(name.upper(), "")
    assert getattr(load_settings(), name) == default


def assert_bounds(monkeypatch: pytest.MonkeyPatch, name: str, largest: int, unit: str) -> None:
    """Assert that a variable is a number of this unit, greater than 0 and at most `largest`."""
    for value, bound in (("0", "greater than 0"), ("99999999999999", f"less than or equal to {largest}")):
        monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit, match=rf"  {name}: Input should be {bound} \(in {unit}\)$"):
            load_settings()
