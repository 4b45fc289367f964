"""A rendered project under version control, as its owner keeps and updates it."""

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

# The command line, on which people update.
COPIER = shlex.join([sys.executable, "-m", "copier"])


@dataclass(frozen=True)
class OwnedProject(RenderedProject):
    """A rendered project that is a git repository."""

    def files(self) -> list[str]:
        """Return the paths of all files but git's own, relative and sorted."""
        return [name for name in super().files() if not name.startswith(".git/")]

    def commit(self, message: str) -> None:
        """Commit everything."""
        commit(self.path, message)

    def update(
        self, answers: Answers | None = None, *, to: copier.VcsRef | None = None, keeping: Sequence[str] = ()
    ) -> Self:
        """Update in place to the newest release or `to` another, and return the project with its new answers.

        What `answers` leave out stays as it was answered; a new question gets its default. Files that match `keeping`
        are left alone. Nothing is committed. Raises Copier's errors, as when it needs trust or an answer.
        """
        with no_network(), shortcuts():
            copier.run_update(
                self.path, dict(answers or {}), vcs_ref=to, exclude=keeping, defaults=True, overwrite=True, quiet=True
            )
        return replace(self, answers=self.recorded_answers())

    def moved_to(self, repository: Path | str) -> Self:
        """Record, and commit, that the template now lies in another repository, which has the release as well."""
        self.replace_text(ANSWERS_FILE, f"_src_path: {self.answers['_src_path']}\n", f"_src_path: {repository}\n")
        self.commit("Follow the template")
        return self

    def own_answers(self) -> dict[str, Any]:
        """Return the recorded answers, without what Copier records about the template."""
        return {name: answer for name, answer in self.recorded_answers().items() if not name.startswith("_")}

    def unmerged(self) -> list[str]:
        """Return the files with a conflict: what the first command of the message after an update is for."""
        return self._differing("-G^<<<<<<< before updating")

    def deleted(self) -> list[str]:
        """Return the files that the update removed: what the second command of the message is for."""
        return self._differing("--diff-filter=D")

    def _differing(self, option: str) -> list[str]:
        return sorted(set(git(self.path, "diff", "HEAD", "--relative", "--name-only", option).splitlines()))

    def changed(self) -> list[str]:
        """Return git's short status: a line for each file that differs from the last commit."""
        return git(self.path, "status", "--short", "--untracked-files=all").splitlines()
