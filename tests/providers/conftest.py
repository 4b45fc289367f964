"""Fixtures for the service and the identity providers."""

import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests import npm
from tests.combinations import one_of_each_pair
from tests.conftest import Renders
from tests.environments import Environments
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject
from tests.providers.glewlwyd import Glewlwyd
from tests.providers.oidc_provider import OidcProvider
from tests.providers.provider import API, Provider

# oidc-provider requires a recent Node.js.
PACKAGES = "node@22 oidc-provider@9"


@pytest.fixture(scope="session")
def programs(shared: Path) -> Mapping[str, str]:
    """The environment variables with which `node` finds the installed packages."""
    modules = npm.installed(shared / "providers", PACKAGES)
    return {"NODE_PATH": str(modules), "PATH": os.pathsep.join([str(modules / ".bin"), os.environ["PATH"]])}


@pytest.fixture
def port() -> Iterator[int]:
    """A port that is reserved for a provider. It refuses connections while the provider is not running."""
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


@pytest.fixture
def oidc_provider(port: int, tmp_path: Path, programs: Mapping[str, str]) -> OidcProvider:
    """The provider from npm, not started."""
    return OidcProvider(port, tmp_path, programs)


@pytest.fixture
def glewlwyd(port: int, tmp_path: Path, programs: Mapping[str, str]) -> Glewlwyd:
    """The provider from Debian, not started."""
    if not shutil.which("glewlwyd"):
        raise LookupError("glewlwyd is not installed")
    return Glewlwyd(port, tmp_path, programs)


@pytest.fixture(params=["oidc_provider", "glewlwyd"])
def provider(request: pytest.FixtureRequest) -> Provider:
    """Each provider, not started."""
    provider: Provider = request.getfixturevalue(request.param)
    return provider


@pytest.fixture(scope="session")
def project(renders: Renders, environments: Environments, tmp_path_factory: pytest.TempPathFactory) -> RenderedProject:
    """The project with `auth: oidc` and without a database, as in production."""
    (combination,) = [each for each in one_of_each_pair() if each.pair == "none-oidc"]
    copy = renders(combination).copied(tmp_path_factory.mktemp("project") / "project")
    return environments.install(copy, development=False).with_variables(OIDC_AUDIENCE=API)


@pytest.fixture
def configured(project: RenderedProject, provider: Provider) -> RenderedProject:
    """The same project, configured for the provider."""
    return project.with_variables(OIDC_ISSUER=provider.issuer)


@pytest.fixture
def service(configured: RenderedProject, provider: Provider) -> Iterator[Service]:
    """The running service, with the running provider."""
    with provider.running(), running(configured, START) as service:
        yield service
