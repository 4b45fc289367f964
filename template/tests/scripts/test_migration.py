"""The command that generates a migration."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import Table

from app.database import Base
from scripts import migration
from tests.memos import Memo
from tests.migrations import copy_migrations


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the migrations, in a copy of the project."""
    return copy_migrations(tmp_path, monkeypatch)


@pytest.fixture
def new_table() -> Generator[Table]:
    """A table of the models that no migration creates."""
    table = Memo.metadata.tables["memos"].to_metadata(Base.metadata)
    yield table
    Base.metadata.remove(table)


@pytest.mark.usefixtures("new_table")
def test_the_migration_creates_a_missing_table(versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(versions.glob("*.py"))
    monkeypatch.setattr(sys, "argv", ["migration", "add memos"])

    migration.main()

    (new,) = set(versions.glob("*.py")) - before
    assert new.name.endswith("_add_memos.py")
    assert 'op.create_table(\n        "memos",\n' in new.read_text()
    assert 'op.drop_table("memos")\n' in new.read_text()
    assert 'sa.Column("created_at", sa.DateTime(' in new.read_text()


def test_a_migration_requires_a_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["migration"])

    with pytest.raises(SystemExit, match="Describe the migration"):
        migration.main()
