"""Hooks and CI of a project refuse conflict markers."""

import shlex

import pytest
import yaml

from tests.commands import CommandFailedError
from tests.environments import Environments
from tests.steps import commands_of
from tests.updates import next_release, owners
from tests.updates.conftest import Copy
from tests.updates.project import OwnedProject
from tests.updates.repository import TemplateRepository

HOOK = "uv run pre-commit run --all-files --color never conflict-markers"


@pytest.fixture
def conflicting(releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy) -> OwnedProject:
    """A project after an update with a conflict that is staged."""
    project = copy(releases.project({})).with_template(next_releases.path)
    name, old, _ = next_release.EDITED_FUNCTION
    owners.edit(project, name, old, old.replace("World", "owner"))
    project.update().run("git add --all")
    return project


def _scripts(ci: str, project: OwnedProject) -> list[str]:
    """Return the commands of the job `lint`."""
    if ci == "github":
        return commands_of(yaml.safe_load(project.read(".github/workflows/ci.yml"))["jobs"]["lint"])
    scripts: list[str] = yaml.safe_load(project.read(".gitlab-ci.yml"))["lint"]["script"]
    return scripts


@pytest.mark.parametrize("name", ["app/main.py", ".github/workflows/ci.yml", "README.md"])
def test_hook_refuses_conflict_markers(
    name: str, releases: TemplateRepository, copy: Copy, environments: Environments
) -> None:
    project = environments.install(copy(releases.project({})))
    assert "Passed" in project.run(HOOK)
    marker = "<<<<<<< before updating\n" if name.endswith(".py") else ">>>>>>> after updating\n"
    project.write(name, f"{project.read(name)}{marker}")
    with pytest.raises(CommandFailedError, match=f"(?s)Failed.*{name}"):
        project.run(HOOK)


def test_hook_refuses_the_conflict_of_an_update(conflicting: OwnedProject, environments: Environments) -> None:
    with pytest.raises(CommandFailedError, match=r"(?s)Failed.*app/main\.py"):
        environments.install(conflicting).run(HOOK)


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_ci_refuses_the_conflict_of_an_update(ci: str, releases: TemplateRepository, conflicting: OwnedProject) -> None:
    clean = releases.project({"ci": ci})
    (script,) = [script for script in _scripts(ci, clean) if "grep" in script]
    run = f"bash -e -o pipefail -c {shlex.quote(script)}"
    assert clean.run(run) == ""
    with pytest.raises(CommandFailedError, match=r"exited with 1:\n\./app/main\.py:\d+:<<<<<<< before updating"):
        conflicting.run(run)
