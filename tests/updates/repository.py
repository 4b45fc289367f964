"""The template as people have it: a repository whose tags are its releases, made for a test run and thrown away."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import copier
import yaml
from packaging.version import Version

from tests.git import commit, git, pack
from tests.sharing import made_once
from tests.template import Answers, copy_template, no_network
from tests.updates.project import OwnedProject
from tests.updates.releases import past_releases
from tests.updates.shortcuts import shortcuts

# The version of the working tree: higher than any release has.
WORKING_TREE = "1000.0.0"


@dataclass(frozen=True)
class TemplateRepository:
    """A repository of the template, and beside it the projects rendered from it."""

    path: Path

    @classmethod
    def with_history(cls, path: Path) -> Self:
        """Make one in the new folder `path`: the past releases, oldest first, and the working tree as the newest."""
        path.mkdir()
        git(path, "init", "--quiet", "--template=")
        for release in past_releases():
            _release(path, release.version, release.write_to)
        _release(path, WORKING_TREE, copy_template)
        pack(path)
        return cls(path)

    def forked(self, path: Path, version: str, change: Callable[[Path], object]) -> Self:
        """Return a clone in the new folder `path` with one more release, which is the newest with a `change`."""
        git(self.path, "clone", "--quiet", str(self.path), str(path))
        change(path)
        commit(path, version)
        git(path, "tag", version)
        pack(path)
        return type(self)(path)

    @cached_property
    def newest(self) -> str:
        """The version that Copier takes unless another one is asked for."""
        return max(git(self.path, "tag").split(), key=Version)

    def project(self, answers: Answers, version: str = "") -> OwnedProject:
        """Return the project that `version`, or the newest, renders with `answers`, committed. Copy it to change it.

        Raises ValueError for answers that the version refuses.
        """
        version = version or self.newest
        key = sha256(json.dumps([version, answers], sort_keys=True).encode()).hexdigest()[:12]
        folder = self.path.with_name(f"{self.path.name}-{key}")
        made_once(folder, lambda folder: self._render(answers, version, folder))
        project = OwnedProject(folder, {})
        recorded = project.recorded_answers()
        # Copier ignores answers to questions that do not exist: without this, a misspelt one would test the default.
        unknown = answers.items() - recorded.items()
        if unknown or recorded["_commit"] != version:
            raise LookupError(f"{version} has not recorded {unknown}, but {recorded}")
        return OwnedProject(folder, recorded)

    def _render(self, answers: Answers, version: str, folder: Path) -> None:
        with no_network(), shortcuts():
            copier.run_copy(str(self.path), folder, data=dict(answers), vcs_ref=version, defaults=True, quiet=True)
        git(folder, "init", "--quiet", "--template=")  # without hooks: it is copied often
        commit(folder, "Start from the template")
        pack(folder)

    def questions(self, version: str = "") -> dict[str, Any]:
        """Return the questions that `version`, or the newest, asks."""
        entries = yaml.safe_load(git(self.path, "show", f"{version or self.newest}:copier.yml")).items()
        return {name: entry for name, entry in entries if not name.startswith("_") and entry.get("when") is not False}


def _release(repository: Path, version: str, write: Callable[[Path], object]) -> None:
    """Commit what `write` puts into the folder instead of the last release, and tag it."""
    shutil.rmtree(repository / "template", ignore_errors=True)
    write(repository)
    commit(repository, version)
    git(repository, "tag", version)
