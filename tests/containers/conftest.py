"""The images, each built once."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import Renders
from tests.containers.podman import podman
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.project import RenderedProject


@dataclass(frozen=True)
class Built:
    """A project, and its image."""

    project: RenderedProject
    image: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings that the service needs, for a database that nobody has started."""
        settings = dict(REQUIRED_SETTINGS)
        if self.project.answers["database"] == "postgresql":
            settings["DATABASE_URL"] = "postgresql://postgres@database/postgres"
        return settings


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest, renders: Renders, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The image of the combination that a test is parametrised with, by `pairs`."""
    project = renders(request.param).copied(tmp_path_factory.mktemp(request.param.pair) / "project")
    project.run("uv lock --quiet")
    # Of this process alone: when it goes, its containers go as well.
    image = f"localhost/copier-fastapi-{request.param.pair}:{os.getpid()}"
    # HEALTHCHECK is not in the other format.
    podman(f"build --quiet --format docker --network host --tag {image} .", project.path)
    yield Built(project, image)
    podman(f"rmi --force --no-prune {image}")  # others may build on the same layers


def pytest_report_header() -> str:
    """Say which Podman is used."""
    return podman("--version").strip() if shutil.which("podman") else "Podman is not installed"
