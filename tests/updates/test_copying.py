"""Copies into existing repositories, from relative paths, and over existing projects."""

from pathlib import Path

from tests import commands
from tests.git import git
from tests.updates.comparison import differences
from tests.updates.conftest import Copy
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import TemplateRepository


def test_skipped_file_of_an_existing_repository_stays(repository: Path, releases: TemplateRepository) -> None:
    commands.run(f"{COPIER} copy --defaults --skip README.md {releases.path} .", repository, {})
    assert (repository / "README.md").read_text() == "Ours.\n"
    assert (repository / "app/main.py").is_file()


def test_file_of_an_existing_repository_is_overwritten_with_the_option(
    repository: Path, releases: TemplateRepository
) -> None:
    commands.run(f"{COPIER} copy --defaults --overwrite {releases.path} .", repository, {})
    assert (repository / "README.md").read_text().startswith("# My Service\n")
    assert git(repository, "diff", "--name-only").split() == ["README.md"]


def test_project_of_a_relative_path_can_be_updated(releases: TemplateRepository, tmp_path: Path) -> None:
    commands.run(f"{COPIER} copy --defaults . {tmp_path / 'project'}", releases.path, {})
    project = OwnedProject(tmp_path / "project", {})
    git(project.path, "init", "--quiet", "--template=")
    project.commit("Start")
    project.run(f"{COPIER} update --defaults --data docker=false")
    assert differences(project, releases.project({"docker": False})) == []


def test_recopy_overwrites_changes(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({}))
    project.replace_text("app/main.py", "Hello World", "Hello owner")
    project.commit("Work")
    project.run(f"{COPIER} recopy --defaults --overwrite")
    assert differences(project, releases.project({})) == []
