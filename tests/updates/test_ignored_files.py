"""What git ignores: never a file of the template, always what tools and secrets leave."""

from pathlib import Path

import pytest

from tests.checks import assert_none
from tests.combinations import Combination, combinations
from tests.updates import owners
from tests.updates.conftest import Copy
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import TemplateRepository

PASSWORD = {"database": "sqlite", "auth": "password"}
LITTER = (
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
    """The variables of an owner whose own ignore file has every file: the most that it can have."""
    (tmp_path / "ignore").write_text("*\n", encoding="utf-8")
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\nexcludesFile = {tmp_path / 'ignore'}\n[init]\ndefaultBranch = main\n")
    return {"GIT_CONFIG_GLOBAL": str(settings)}


@pytest.mark.parametrize("combination", [pytest.param(each, id=each.id) for each in combinations()])
def test_every_file_of_the_template_is_committed_and_what_tools_leave_is_not(
    combination: Combination, releases: TemplateRepository, copy: Copy, ignoring_everything: dict[str, str]
) -> None:
    project = copy(releases.project(combination.answers))
    files = project.files()
    project.run("git rm --quiet -r --cached .")
    for name in LITTER:
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
    assert_none(edits.unseen_losses(project))
    assert "# OURS=1" in project.read(".env.example")


def test_file_of_the_template_that_the_project_ignores_is_listed_by_the_message(
    releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project(PASSWORD))
    project.write(".gitignore", project.read(".gitignore") + "Dockerfile\n")
    project.run("git rm --quiet --cached Dockerfile")
    project.commit("Ignore the Dockerfile")
    message = project.run(f"{COPIER} update --defaults --data database=none --data auth=none")
    (command,) = [line.strip() for line in message.splitlines() if "--ignored" in line]
    assert "!! Dockerfile" in project.run(command.partition("   ")[0]).splitlines()


def test_database_is_ignored_when_its_option_goes(releases: TemplateRepository, copy: Copy) -> None:
    project: OwnedProject = copy(releases.project(PASSWORD))
    project.write("service.db", "rows")
    project.update({"database": "none", "auth": "none"})
    project.commit("Update")
    assert "service.db" not in project.run("git ls-files").splitlines()
