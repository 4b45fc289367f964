"""Fixtures for installed projects and running services."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from zlib import crc32

import pytest

from tests.combinations import Combination, combinations, one_of_each_pair
from tests.conftest import Renders
from tests.environments import Environments
from tests.generate_and_run.database import database_url
from tests.generate_and_run.identity_provider import IdentityProvider, running_provider
from tests.generate_and_run.service import START, Service, running
from tests.hostile import hostile_combinations
from tests.ownership import feature
from tests.project import RenderedProject
from tests.sharing import digest, made_once

USER = {"email": "me@example.com", "password": "TestPass123!", "name": "Me"}
LOGIN = {"username": USER["email"], "password": USER["password"]}

CheckOnce = Callable[[RenderedProject, Callable[[RenderedProject], object]], None]
Copy = Callable[[Combination], RenderedProject]

# All settings that have no default in some combination.
REQUIRED_SETTINGS = {
    "OIDC_AUDIENCE": "https://api.example.com",
    "OIDC_ISSUER": "https://login.example.com",
    "SECRET_KEY": "a-key-that-signs-the-tokens-of-a-service-that-tests-start",
}


def pairs(having: str = "", **answers: str) -> pytest.MarkDecorator:
    """Parametrize the fixture `pair` with a combination for each valid pair of database and auth.

    With `having` or `answers`, only with the pairs that have this feature or these answers.
    """
    chosen = [
        each
        for each in one_of_each_pair()
        if (not having or feature(having).is_in(each.answers)) and answers.items() <= each.answers.items()
    ]
    params = [pytest.param(each, id=each.id) for each in chosen]
    return pytest.mark.parametrize("pair", params, indirect=True, scope="session")


@pytest.fixture(scope="session")
def new_copy(renders: Renders, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return a copy of the project of a combination, which may be changed."""

    def copied(combination: Combination) -> RenderedProject:
        project = renders(combination).copied(tmp_path_factory.mktemp(combination.pair) / combination.id)
        # Each combination runs its tests in another random order, which is reproducible.
        return project.with_variables(PYTEST_ADDOPTS=f"--randomly-seed={crc32(combination.id.encode())}")

    return copied


@pytest.fixture(scope="session")
def check_once(shared: Path) -> CheckOnce:
    """Run a check on a project, unless a project with the same code and configuration has passed it."""

    def run(project: RenderedProject, check: Callable[[RenderedProject], object]) -> None:
        code = {name: project.read(name) for name in project.files_like("*.py", "*.toml")}
        made_once(shared / f"check-{digest(code, check.__qualname__)}", lambda _folder: check(project))

    return run


@pytest.fixture(
    scope="session",
    params=[pytest.param(each, id=each.id) for each in (*combinations(), hostile_combinations()[0])],
)
def project(request: pytest.FixtureRequest, new_copy: Copy, environments: Environments) -> RenderedProject:
    """The installed project of each combination, and of one with special characters."""
    return environments.install(new_copy(request.param))


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest, new_copy: Copy, environments: Environments) -> RenderedProject:
    """The installed project of a pair, for tests that are parametrized by `pairs`."""
    return environments.install(new_copy(request.param))


@pytest.fixture
def project_with_database(pair: RenderedProject, tmp_path: Path) -> Iterator[RenderedProject]:
    """A copy of the project of the pair with an empty database."""
    with database_url(pair, tmp_path) as url:
        yield pair.copied(tmp_path / "project").with_variables(**url)


@pytest.fixture
def configured(project_with_database: RenderedProject) -> RenderedProject:
    """The same project with all required settings."""
    return project_with_database.with_variables(**REQUIRED_SETTINGS)


@pytest.fixture(scope="session")
def identity_provider(pair: RenderedProject) -> Iterator[IdentityProvider]:
    """The running identity provider of the pair, or one that is not running if auth is not `oidc`."""
    not_running = nullcontext(IdentityProvider(REQUIRED_SETTINGS["OIDC_ISSUER"], token=""))
    with running_provider(pair) if feature("oidc auth").is_in(pair.answers) else not_running as provider:
        yield provider


@pytest.fixture(scope="session")
def production(
    pair: RenderedProject,
    identity_provider: IdentityProvider,
    environments: Environments,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RenderedProject]:
    """The project of the pair as in production: without development dependencies, with a migrated database."""
    with database_url(pair, tmp_path_factory.mktemp("database")) as url:
        settings = REQUIRED_SETTINGS | url | {"OIDC_ISSUER": identity_provider.issuer}
        project = environments.install(pair, development=False).with_variables(**settings)
        if url:
            project.run("uv run alembic upgrade head")
        yield project


@pytest.fixture(scope="session")
def service(production: RenderedProject) -> Iterator[Service]:
    """The running service of the pair."""
    with running(production, START) as service:
        yield service


@pytest.fixture(scope="session")
def token(pair: RenderedProject, service: Service, identity_provider: IdentityProvider) -> str:
    """An access token of a user of the service, or an empty string without auth."""
    if feature("password auth").is_in(pair.answers):
        service.post("/api/v1/auth/register", USER)
        access_token: str = service.post_form("/api/v1/auth/login", LOGIN).body["access_token"]
        return access_token
    return identity_provider.token
