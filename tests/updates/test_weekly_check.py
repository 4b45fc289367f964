"""The job of the weekly workflow that checks for a newer release of the template."""

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
    """Return the command that runs the workflow's script as GitHub does, with the installed Copier."""
    job = yaml.safe_load(project.read(WORKFLOW))["jobs"]["template"]
    (script,) = commands_of(job)
    script, replaced = re.subn(r"\buvx copier check-update\b", f"{COPIER} check-update", script)
    assert replaced == 1
    return bash_command(script)


def test_newer_release_fails_with_the_update_command(
    releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project({})).with_template(next_releases.path)
    with pytest.raises(CommandFailedError, match=r"exited with 2:\n::error::.*uvx copier update --defaults"):
        project.run(_script(project))


def test_no_newer_release_passes(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({}))
    assert project.run(_script(project)) == ""


def test_unreachable_template_fails_with_another_exit_code(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({})).with_template(f"file://{releases.path}/nowhere.git")
    with pytest.raises(CommandFailedError, match="exited with 1:"):
        project.run(_script(project))


def test_template_in_a_local_folder_passes_with_a_notice(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({})).with_template(releases.path / "nowhere")
    assert "::notice::.copier-answers.yml names a folder as the template" in project.run(_script(project))
