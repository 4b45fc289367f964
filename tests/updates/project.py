"""Rendered projects in git repositories, which can be updated."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import copier

from tests.git import commit, git
from tests.project import RenderedProject
from tests.template import ANSWERS_FILE, Answers, no_network
from tests.updates.shortcuts import shortcuts

COPIER = shlex.join([sys.executable, "-m", "copier"])


@dataclass(frozen=True)
class OwnedProject(RenderedProject):
    """A rendered project in a git repository."""

    def files(self) -> list[str]:
        """Return the paths of all files except those in `.git`, relative and sorted."""
        return [name for name in super().files() if not name.startswith(".git/")]

    def commit(self, message: str) -> None:
        """Commit everything."""
        commit(self.path, message)

    def update(
        self, answers: Answers | None = None, *, to: copier.VcsRef | None = None, keeping: Sequence[str] = ()
    ) -> Self:
        """Update to the newest release, or `to` another, without a commit. Return the project with its new answers.

        Other answers than those in `answers` are kept, and new questions get their defaults. Files that match `keeping`
        are not updated.
        """
        with no_network(), shortcuts():
            copier.run_update(
                self.path, dict(answers or {}), vcs_ref=to, exclude=keeping, defaults=True, overwrite=True, quiet=True
            )
        return replace(self, answers=self.recorded_answers())

    def with_template(self, repository: Path | str) -> Self:
        """Change the recorded repository of the template, commit, and return the project."""
        self.replace_text(ANSWERS_FILE, f"_src_path: {self.answers['_src_path']}\n", f"_src_path: {repository}\n")
        self.commit("Follow the template")
        return self

    def own_answers(self) -> dict[str, Any]:
        """Return the recorded answers, without Copier's entries about the template."""
        return {name: answer for name, answer in self.recorded_answers().items() if not name.startswith("_")}

    def unmerged(self) -> list[str]:
        """Return the files with a conflict, like the first command in the message after an update."""
        return self._differing("-G^<<<<<<< before updating")

    def deleted(self) -> list[str]:
        """Return the files that an update removed, like the second command in the message after an update."""
        return self._differing("--diff-filter=D")

    def _differing(self, option: str) -> list[str]:
        return sorted(set(git(self.path, "diff", "HEAD", "--relative", "--name-only", option).splitlines()))

    def changed(self) -> list[str]:
        """Return the lines of git's short status."""
        return git(self.path, "status", "--short", "--untracked-files=all").splitlines()
