"""git ignores caches, databases and secrets, but no file of the template."""

from pathlib import Path

import pytest

from tests.checks import assert_none
from tests.combinations import Combination, combinations
from tests.messages import git_commands_after_update
from tests.updates import owners
from tests.updates.conftest import Copy
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import TemplateRepository

PASSWORD = {"database": "sqlite", "auth": "password"}
TOOL_FILES = (
    ".coverage",
    ".coverage.host.1.2",
    ".env",
    ".env.local",
    ".idea/workspace.xml",
    ".vscode/settings.json",
    "app/.env",
    "app/service.db",
    ".pyrefly_cache/x",
    ".pytest_cache/x",
    ".ruff_cache/x",
    ".venv/x",
    "app/__pycache__/main.cpython-311.pyc",
    "coverage.xml",
    "htmlcov/index.html",
    "service.db",
    "service.db-shm",
    "service.db-wal",
)


@pytest.fixture
def ignoring_everything(tmp_path: Path) -> dict[str, str]:
    """Environment variables for a global ignore file that ignores all files."""
    (tmp_path / "ignore").write_text("*\n", encoding="utf-8")
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\nexcludesFile = {tmp_path / 'ignore'}\n[init]\ndefaultBranch = main\n")
    return {"GIT_CONFIG_GLOBAL": str(settings)}


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in combinations()])
def test_all_template_files_are_committed_and_tool_files_are_ignored(
    combination: Combination, releases: TemplateRepository, copy: Copy, ignoring_everything: dict[str, str]
) -> None:
    project = copy(releases.project(combination.answers))
    files = project.files()
    project.run("git rm --quiet -r --cached .")
    for name in TOOL_FILES:
        project.write(name, "")
    project.run("git add --all", **ignoring_everything)
    assert sorted(project.run("git ls-files").splitlines()) == files
    project.run("git add --all")
    assert sorted(project.run("git ls-files").splitlines()) == files


def test_edits_of_a_file_that_only_the_owner_ignores_are_kept(
    releases: TemplateRepository, copy: Copy, ignoring_everything: dict[str, str]
) -> None:
    project = copy(releases.project(PASSWORD))
    edits = owners.append(project, ".env.example", "# OURS=1")
    project.run(f"{COPIER} update --defaults --data database=postgresql", **ignoring_everything)
    assert_none(edits.unreported_losses(project))
    assert "# OURS=1" in project.read(".env.example")


def test_file_of_the_template_that_the_project_ignores_is_listed_by_the_message(
    releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(PASSWORD))
    project.write(".gitignore", project.read(".gitignore") + "Dockerfile\n")
    project.run("git rm --quiet --cached Dockerfile")
    project.commit("Ignore the Dockerfile")
    message = project.run(f"{COPIER} update --defaults --data database=none --data auth=none")
    (command,) = [command for command in git_commands_after_update(message) if "--ignored" in command]
    assert "!! Dockerfile" in project.run(command).splitlines()


def test_database_file_stays_ignored_without_its_option(releases: TemplateRepository, copy: Copy) -> None:
    project: OwnedProject = copy(releases.project(PASSWORD))
    project.write("service.db", "rows")
    project.update({"database": "none", "auth": "none"})
    project.commit("Update")
    assert "service.db" not in project.run("git ls-files").splitlines()
