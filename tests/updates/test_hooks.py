"""The pre-commit hooks check the whole project and do not change `uv.lock`."""

import pytest

from tests.commands import CommandFailedError
from tests.environments import Environments
from tests.project import RenderedProject
from tests.updates.conftest import Copy
from tests.updates.repository import TemplateRepository

HOOKS = "uv run --frozen pre-commit run --color never"


@pytest.fixture
def project(releases: TemplateRepository, copy: Copy, environments: Environments) -> RenderedProject:
    """A project with a committed lock file."""
    project = environments.install(copy(releases.project({"database": "none"})))
    project.run("uv lock --quiet")
    project.run("git add --all")
    project.run("git commit --quiet --message Lock")
    return project


def test_commit_that_only_deletes_a_file_is_checked(project: RenderedProject) -> None:
    project.run("git rm --quiet app/schemas/page.py")
    with pytest.raises(CommandFailedError, match=r"(?s)pyrefly check\.+Failed.*app\.schemas\.page"):
        project.run(HOOKS)


def test_commit_of_the_settings_alone_is_checked(project: RenderedProject) -> None:
    project.replace_text("pyproject.toml", 'preset = "strict"', 'preset = "strickt"')
    project.run("git add --all")
    with pytest.raises(CommandFailedError, match=r"pyrefly check\.+Failed"):
        project.run(HOOKS)


def test_stale_lock_file_is_refused_and_stays(project: RenderedProject) -> None:
    lock = project.read("uv.lock")
    project.replace_text(
        "pyproject.toml", '    "pytest-xdist>=3.8,<4",\n', '    "pytest-xdist>=3.8,<4",\n    "tomli>=2",\n'
    )
    project.run("git add --all")
    with pytest.raises(CommandFailedError, match=r"uv lock --check\.+Failed"):
        project.run(HOOKS)
    assert project.read("uv.lock") == lock
