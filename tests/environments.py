"""Virtual environments of rendered projects, shared by projects with the same dependencies."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.project import RenderedProject
from tests.sharing import digest, made_once

P = TypeVar("P", bound=RenderedProject)

# Make uv use the Python that runs the tests.
CURRENT_PYTHON = {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}


@dataclass(frozen=True)
class Environments:
    """Virtual environments in `folder`, with versions chosen by uv's `resolution` strategy."""

    folder: Path
    resolution: str

    def install(self, project: P, *, development: bool = True) -> P:
        """Install the dependencies of the project and return it, ready for `uv run`.

        Without `development`, only the dependencies of the service are installed, as in production.
        """
        groups = "" if development else "--no-default-groups"
        folder = self.folder / f"environment-{digest(_declarations(project), groups)}"
        command = f"uv sync --quiet --no-progress --resolution {self.resolution} {groups}"
        made_once(folder, lambda folder: project.run(command, **_uv_variables(folder)))
        return project.with_variables(**_uv_variables(folder), UV_NO_SYNC="1")


def _uv_variables(folder: Path) -> dict[str, str]:
    return {"UV_PROJECT_ENVIRONMENT": str(folder), **CURRENT_PYTHON}


def _declarations(project: RenderedProject) -> list[object]:
    pyproject = project.pyproject()
    metadata, tools = pyproject["project"], pyproject["tool"]
    return [metadata["requires-python"], metadata["dependencies"], pyproject["dependency-groups"], tools["uv"]]
