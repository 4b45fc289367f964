"""Virtual environments of rendered projects: made by uv from what a project declares, once for equal declarations."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.project import RenderedProject
from tests.sharing import digest, made_once

P = TypeVar("P", bound=RenderedProject)


@dataclass(frozen=True)
class Environments:
    """The environments in `folder`, with versions chosen by uv's strategy `resolution`."""

    folder: Path
    resolution: str

    def install(self, project: P, *, development: bool = True) -> P:
        """Return the project with what it declares installed, so that `uv run` finds it, and nothing else.

        Without `development` that is what the service needs, as in production. The environment is shared with the
        projects that declare the same; it is only read.
        """
        groups = "" if development else "--no-default-groups"
        folder = self.folder / f"environment-{digest(_declarations(project), groups)}"
        command = f"uv sync --quiet --no-progress --resolution {self.resolution} {groups}"
        made_once(folder, lambda folder: project.run(command, **_uv_variables(folder)))
        return project.with_variables(**_uv_variables(folder), UV_NO_SYNC="1")


def _uv_variables(folder: Path) -> dict[str, str]:
    return {"UV_PROJECT_ENVIRONMENT": str(folder), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}


def _declarations(project: RenderedProject) -> list[object]:
    pyproject = project.pyproject()
    metadata, tools = pyproject["project"], pyproject["tool"]
    return [metadata["requires-python"], metadata["dependencies"], pyproject["dependency-groups"], tools["uv"]]
