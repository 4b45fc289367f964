"""The service, and the providers that issue its tokens."""

import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests import commands
from tests.combinations import one_of_each_pair
from tests.conftest import Renders
from tests.environments import Environments
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject
from tests.providers.glewlwyd import Glewlwyd
from tests.providers.oidc_provider import OidcProvider
from tests.providers.provider import API, Provider
from tests.sharing import made_once

# oidc-provider needs a newer Node.js than many systems have.
PACKAGES = "node@22 oidc-provider@9"


@pytest.fixture(scope="session")
def programs(shared: Path) -> Mapping[str, str]:
    """The variables with which `node` runs and finds what was installed for it."""
    if not shutil.which("npm"):
        raise LookupError("the providers need npm, which is not installed")
    path = os.environ["PATH"]

    def install(folder: Path) -> None:
        folder.mkdir()
        commands.run(f"npm install --silent --prefix {folder} {PACKAGES}", folder, {"PATH": path})

    modules = made_once(shared / "providers", install) / "node_modules"
    return {"NODE_PATH": str(modules), "PATH": os.pathsep.join([str(modules / ".bin"), path])}


@pytest.fixture
def port() -> Iterator[int]:
    """A port that is kept for a provider: while it does not run, connections are refused."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@pytest.fixture
def oidc_provider(port: int, tmp_path: Path, programs: Mapping[str, str]) -> OidcProvider:
    """The provider from npm, not running."""
    return OidcProvider(port, tmp_path, programs)


@pytest.fixture
def glewlwyd(port: int, tmp_path: Path, programs: Mapping[str, str]) -> Glewlwyd:
    """The provider from Debian, not running."""
    if not shutil.which("glewlwyd"):
        raise LookupError("the providers need glewlwyd, which is not installed")
    return Glewlwyd(port, tmp_path, programs)


@pytest.fixture(params=["oidc_provider", "glewlwyd"])
def provider(request: pytest.FixtureRequest) -> Provider:
    """Each provider, not running."""
    provider: Provider = request.getfixturevalue(request.param)
    return provider


@pytest.fixture(scope="session")
def project(renders: Renders, environments: Environments, tmp_path_factory: pytest.TempPathFactory) -> RenderedProject:
    """The project that takes tokens of a provider, without a database, as in production."""
    (combination,) = [each for each in one_of_each_pair() if each.pair == "none-oidc"]
    copy = renders(combination).copied(tmp_path_factory.mktemp("project") / "project")
    return environments.install(copy, development=False).with_variables(OIDC_AUDIENCE=API)


@pytest.fixture
def configured(project: RenderedProject, provider: Provider) -> RenderedProject:
    """The same project, which trusts the provider."""
    return project.with_variables(OIDC_ISSUER=provider.issuer)


@pytest.fixture
def service(configured: RenderedProject, provider: Provider) -> Iterator[Service]:
    """The service, running beside the provider."""
    with provider.running(), running(configured, START) as service:
        yield service
