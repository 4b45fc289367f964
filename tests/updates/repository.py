"""A temporary repository of the template, with a tag for each release."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import copier
import yaml
from packaging.version import Version

from tests.git import commit, git, pack
from tests.sharing import digest, made_once
from tests.template import Answers, copy_template, no_network
from tests.updates.project import OwnedProject
from tests.updates.releases import past_releases
from tests.updates.shortcuts import shortcuts

# The version of the working tree, higher than all releases.
WORKING_TREE = "1000.0.0"


@dataclass(frozen=True)
class TemplateRepository:
    """A repository of the template, and the projects rendered from it."""

    path: Path

    @classmethod
    def with_history(cls, path: Path) -> Self:
        """Create a repository with the past releases, and the working tree as the newest release."""
        path.mkdir()
        git(path, "init", "--quiet", "--template=")
        for release in past_releases():
            _release(path, release.version, release.write_to)
        _release(path, WORKING_TREE, copy_template)
        pack(path)
        return cls(path)

    def forked(self, path: Path, version: str, change: Callable[[Path], object]) -> Self:
        """Return a clone in the new folder `path` with an additional release, made by `change`."""
        git(self.path, "clone", "--quiet", str(self.path), str(path))
        change(path)
        commit(path, version)
        git(path, "tag", version)
        pack(path)
        return type(self)(path)

    @cached_property
    def newest(self) -> str:
        """The newest version, which Copier uses by default."""
        return max(git(self.path, "tag").split(), key=Version)

    def project(self, answers: Answers, version: str = "") -> OwnedProject:
        """Render a version, by default the newest, with `answers`, and return the committed project.

        It must not be changed. Raise ValueError for answers that the version refuses.
        """
        version = version or self.newest
        folder = self.path.with_name(f"{self.path.name}-{digest(version, answers)}")
        made_once(folder, lambda folder: self._render(answers, version, folder))
        project = OwnedProject(folder, {})
        recorded = project.recorded_answers()
        # Copier ignores answers to unknown questions, so a misspelt name would test the default.
        unknown = answers.items() - recorded.items()
        if unknown or recorded["_commit"] != version:
            raise LookupError(f"{version} recorded {recorded} without {unknown}")
        return OwnedProject(folder, recorded)

    def _render(self, answers: Answers, version: str, folder: Path) -> None:
        with no_network(), shortcuts():
            copier.run_copy(str(self.path), folder, data=dict(answers), vcs_ref=version, defaults=True, quiet=True)
        git(folder, "init", "--quiet", "--template=")  # without sample hooks
        commit(folder, "Start from the template")
        pack(folder)

    def questions(self, version: str = "") -> dict[str, Any]:
        """Return the questions of a version, by default the newest."""
        entries = yaml.safe_load(git(self.path, "show", f"{version or self.newest}:copier.yml")).items()
        return {name: entry for name, entry in entries if not name.startswith("_") and entry.get("when") is not False}


def _release(repository: Path, version: str, write: Callable[[Path], object]) -> None:
    """Replace the last release by what `write` writes to the folder, commit and tag it."""
    shutil.rmtree(repository / "template", ignore_errors=True)
    write(repository)
    commit(repository, version)
    git(repository, "tag", version)
