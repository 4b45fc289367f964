"""Migrations of a rendered project, made and run by the commands of its README."""

from tests.project import RenderedProject


def new_revision(project: RenderedProject, command: str) -> str:
    """Run a command that makes a migration, and return the path of its file."""
    before = set(project.files_like("versions/*.py"))
    project.run(command)
    (new,) = set(project.files_like("versions/*.py")) - before
    return new


def go_up_down_and_up(project: RenderedProject) -> None:
    """Run all migrations, undo them and run them again. Raises AssertionError if the models have other tables."""
    for command in ("upgrade head", "downgrade base", "upgrade head"):
        project.run(f"uv run alembic {command}")
    assert "No new upgrade operations detected" in project.run("uv run alembic check")
