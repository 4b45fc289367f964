"""A service in a folder of a larger repository, with the commands and settings of README.md."""

import shlex
import sys
from pathlib import Path

import pytest

from tests import commands
from tests.commands import CommandFailedError
from tests.environments import Environments
from tests.git import git
from tests.messages import commands_after_copy, git_commands_after_update
from tests.readme import code_blocks
from tests.template import REPOSITORY
from tests.updates import next_release, owners
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import TemplateRepository

SERVICE = "services/orders"
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def service(repository: Path, releases: TemplateRepository, next_releases: TemplateRepository) -> OwnedProject:
    """A committed service in the repository, whose template has a newer release."""
    source = releases.project({"ci": "none"})
    project = OwnedProject(repository / SERVICE, source.answers)
    for name in source.files():
        project.write(name, source.read(name))
    project.commit("Add a service")
    return project.with_template(next_releases.path)


def test_commands_that_copier_prints_commit_the_files_of_the_service(
    repository: Path, releases: TemplateRepository, tmp_path: Path
) -> None:
    printed = commands.run(f"{COPIER} copy --defaults {releases.path} {SERVICE}", repository, {})
    script = [line for line in commands_after_copy(printed) if not line.startswith("uv ")]
    assert script[0].startswith("cd ")
    commands.run(shlex.join(["bash", "-euc", "\n".join(script)]), repository, {})
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    assert (tmp_path / "clone" / SERVICE / "pyproject.toml").is_file()


def test_commands_after_an_update_work_in_the_folder_of_the_service(service: OwnedProject) -> None:
    name, old, _ = next_release.EDITED_FUNCTION
    owners.edit(service, name, old, old.replace("World", "owner"))
    owners.append(service, next_release.REMOVED, "# ours")
    text = service.read(next_release.REMOVED)
    message = service.run(f"{COPIER} update --defaults")
    conflicts, removed, _ = [service.run(command) for command in git_commands_after_update(message)]
    assert set(conflicts.split()) == {name}
    assert removed.split() == [next_release.REMOVED]
    service.run(f"git checkout HEAD -- {removed}")
    assert service.read(next_release.REMOVED) == text
    assert "?? docs/" in git(service.path, "status", "--short", ".").splitlines()


def test_hooks_of_the_readme_check_the_service(
    repository: Path, service: OwnedProject, environments: Environments
) -> None:
    installed = environments.install(service)
    installed.run("uv lock --quiet")
    (configuration,) = [block for block in code_blocks(README, "yaml") if SERVICE in block]
    (repository / ".pre-commit-config.yaml").write_text(configuration)
    git(repository, "add", "--all")
    run = f"bash -c 'cd ../.. && uv run --project {SERVICE} pre-commit run --all-files --color never'"
    assert "Failed" not in installed.run(run)
    for text, problem in (("print(ours)\n", "F821"), ("<<<<<<< before updating\n", "services/orders/app/ours.py:1")):
        service.write("app/ours.py", f'"""Ours."""\n\n{text}' if text.startswith("print") else text)
        git(repository, "add", "--all")
        with pytest.raises(CommandFailedError, match=problem):
            installed.run(run)


def test_service_outside_of_the_workspace_has_its_own_lock_file(repository: Path, releases: TemplateRepository) -> None:
    (workspace,) = [block for block in code_blocks(README, "toml") if "tool.uv.workspace" in block]
    root = '[project]\nname = "root"\nversion = "0"\nrequires-python = ">=3.11"\n'
    (repository / "pyproject.toml").write_text(f"{root}\n{workspace}")
    source = releases.project({"database": "none", "auth": "none"})
    service = source.copied(repository / SERVICE)
    service.run("uv lock --quiet", UV_PYTHON=sys.executable)
    assert (service.path / "uv.lock").is_file()
    assert not (repository / "uv.lock").exists()
