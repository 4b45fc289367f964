"""Rendered projects to measure, in a temporary folder."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.environments import Environments
from tests.project import RenderedProject
from tests.template import Answers, copy_template

T = TypeVar("T")


@dataclass(frozen=True)
class Workshop:
    """A folder with a copy of the template, in which projects are rendered and installed."""

    folder: Path
    template: Path
    environments: Environments

    def new_folder(self) -> Path:
        """Return a new empty folder."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        folder.chmod(0o755)
        return folder

    def rendered(self, answers: Answers) -> RenderedProject:
        """Return a new project with these answers, and defaults for the rest."""
        return RenderedProject.rendered(self.template, answers, self.new_folder() / "project")

    def installed(self, answers: Answers) -> RenderedProject:
        """Return a new project with what it declares installed."""
        return self.environments.install(self.rendered(answers))


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Yield a workshop that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="copier-fastapi-bench-"))
    folder.chmod(0o755)  # as root, the rendered tests run PostgreSQL from here as another user
    try:
        yield Workshop(folder, copy_template(folder / "template"), Environments(folder, "highest"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns, and how many seconds of wall time it takes."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def seconds(work: Callable[[], object]) -> float:
    """Return how many seconds of wall time `work` takes."""
    return timed(work)[1]
