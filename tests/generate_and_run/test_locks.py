"""The CI step that finds migrations whose locks would block the service."""

from pathlib import Path

import pytest
import yaml

from tests.commands import CommandFailedError
from tests.generate_and_run.conftest import pairs
from tests.project import RenderedProject
from tests.steps import run_step

on_postgresql = pairs(having="postgresql")

REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = "new"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {change}


def downgrade() -> None:
    pass
"""
SAFE = 'op.add_column("items", sa.Column("note", sa.String(), nullable=True))'
UNSAFE = {
    "require-concurrent-index-creation": 'op.create_index("ix_items_name", "items", ["name"])',
    "adding-required-field": 'op.add_column("items", sa.Column("note", sa.String(), nullable=False))',
    "constraint-missing-not-valid": 'op.create_check_constraint("ck_items_name", "items", "name > \'\'")',
}


@pytest.fixture
def project(pair: RenderedProject, tmp_path: Path) -> RenderedProject:
    return pair.copied(tmp_path / "project")


def run_lock_check(project: RenderedProject, change: str = "") -> str:
    """Run the CI step with a new revision that makes a change, and return its output."""
    if change:
        *_, last = project.files_like("migrations/versions/*.py")
        before = Path(last).name.partition("_")[0]
        project.write("migrations/versions/new.py", REVISION.format(before=before, change=change))
    steps = yaml.safe_load(project.read(".github/workflows/ci.yml"))["jobs"]["lint"]["steps"]
    (step,) = [each for each in steps if "squawk" in each.get("run", "")]
    assert step["shell"] == "bash"
    return run_step(project, step)


@on_postgresql
@pytest.mark.parametrize("change", ["", SAFE], ids=["none", "column"])
def test_safe_migration_passes(project: RenderedProject, change: str) -> None:
    assert "Found 0 issues" in run_lock_check(project, change)


@on_postgresql
@pytest.mark.parametrize("rule", UNSAFE)
def test_migration_with_a_blocking_lock_fails(project: RenderedProject, rule: str) -> None:
    with pytest.raises(CommandFailedError, match=rule):
        run_lock_check(project, UNSAFE[rule])
