"""A temporary folder with rendered projects."""

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
class Workspace:
    """A folder with a copy of the template, rendered projects and their environments."""

    folder: Path
    template: Path
    environments: Environments

    def new_folder(self) -> Path:
        """Return a new empty folder."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        folder.chmod(0o755)
        return folder

    def rendered(self, answers: Answers) -> RenderedProject:
        """Return a new project with these answers."""
        return RenderedProject.rendered(self.template, answers, self.new_folder() / "project")

    def installed(self, answers: Answers) -> RenderedProject:
        """Return a new project with these answers and installed dependencies."""
        return self.environments.install(self.rendered(answers))


@contextmanager
def workspace() -> Iterator[Workspace]:
    """Yield a workspace and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="copier-fastapi-bench-"))
    folder.chmod(0o755)  # as root, the rendered tests run PostgreSQL as another user
    try:
        yield Workspace(folder, copy_template(folder / "template"), Environments(folder, "highest"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return the result of `work` and its wall time in seconds."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of `work` in seconds."""
    return timed(work)[1]
