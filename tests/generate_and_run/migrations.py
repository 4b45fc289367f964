"""Migrations of rendered projects."""

from tests.project import RenderedProject


def create_revision(project: RenderedProject, command: str) -> str:
    """Run a command that creates a migration and return the path of its file."""
    before = set(project.files_like("versions/*.py"))
    project.run(command)
    (new,) = set(project.files_like("versions/*.py")) - before
    return new


def run_migrations_up_and_down(project: RenderedProject) -> None:
    """Upgrade, downgrade and upgrade the database. Raise AssertionError if the models have other tables."""
    for command in ("upgrade head", "downgrade base", "upgrade head"):
        project.run(f"uv run alembic {command}")
    assert "No new upgrade operations detected" in project.run("uv run alembic check")
