"""Fixtures for the releases of the template and the projects to update."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.git import commit, git
from tests.sharing import made_once
from tests.updates import next_release
from tests.updates.project import OwnedProject
from tests.updates.repository import TemplateRepository

collect_ignore = ["orders"]  # these tests run in the projects to which they are added

Copy = Callable[[OwnedProject], OwnedProject]


@pytest.fixture(scope="session")
def releases(shared: Path) -> TemplateRepository:
    """A repository of the template with past releases, and the working tree as the newest release."""
    return TemplateRepository(made_once(shared / "releases", TemplateRepository.with_history))


@pytest.fixture(scope="session")
def next_releases(shared: Path, releases: TemplateRepository) -> TemplateRepository:
    """The same repository with a release after the working tree."""

    def fork(folder: Path) -> None:
        releases.forked(folder, next_release.VERSION, next_release.change)

    return TemplateRepository(made_once(shared / "next-releases", fork))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An existing repository with a README."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--template=")
    (folder / "README.md").write_text("Ours.\n")
    commit(folder, "Start")
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a copy of a project that the test may change."""

    def copied(project: OwnedProject) -> OwnedProject:
        return project.copied(tmp_path / "project")

    return copied
