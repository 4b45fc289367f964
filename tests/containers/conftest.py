"""Fixtures for built images."""

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
    """A project and its image."""

    project: RenderedProject
    image: str

    @property
    def settings(self) -> dict[str, str]:
        """The required settings of the service, with the URL of a database that is not running."""
        settings = dict(REQUIRED_SETTINGS)
        if self.project.answers["database"] == "postgresql":
            settings["DATABASE_URL"] = "postgresql://postgres@database/postgres"
        return settings


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest, renders: Renders, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The project and image of a pair, for tests that are parametrized by `pairs`."""
    project = renders(request.param).copied(tmp_path_factory.mktemp(request.param.pair) / "project")
    project.run("uv lock --quiet")
    # A tag of this process only: removing the image also removes its containers.
    image = f"localhost/copier-fastapi-{request.param.pair}:{os.getpid()}"
    # The default format has no HEALTHCHECK.
    podman(f"build --quiet --format docker --network host --tag {image} .", project.path)
    yield Built(project, image)
    podman(f"rmi --force --no-prune {image}")  # other images may use the same layers


def pytest_report_header() -> str:
    """Return the version of Podman."""
    return podman("--version").strip() if shutil.which("podman") else "Podman is not installed"
