"""The job of the rendered weekly workflow that looks for a newer release of the template."""

import re

import pytest
import yaml

from tests.commands import CommandFailedError
from tests.steps import bash_command, commands_of
from tests.updates.conftest import Copy
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import TemplateRepository

WORKFLOW = ".github/workflows/weekly.yml"


def _script(project: OwnedProject) -> str:
    """Return the command that runs the workflow's script as GitHub does, with the Copier of these tests."""
    job = yaml.safe_load(project.read(WORKFLOW))["jobs"]["template"]
    (script,) = commands_of(job)
    script, replaced = re.subn(r"\buvx copier check-update\b", f"{COPIER} check-update", script)
    assert replaced == 1
    return bash_command(script)


def test_a_newer_release_fails_and_says_how_to_update(
    releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project({})).moved_to(next_releases.path)
    with pytest.raises(CommandFailedError, match=r"exited with 2:\n::error::.*uvx copier update --defaults"):
        project.run(_script(project))


def test_no_newer_release_passes(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({}))
    assert project.run(_script(project)) == ""


def test_a_template_that_cannot_be_reached_fails_in_another_way(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({})).moved_to(f"file://{releases.path}/nowhere.git")
    with pytest.raises(CommandFailedError, match="exited with 1:"):
        project.run(_script(project))


def test_a_template_in_a_folder_of_somebody_passes_with_a_notice(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({})).moved_to(releases.path / "nowhere")
    assert "::notice::.copier-answers.yml names a folder as the template" in project.run(_script(project))
