"""The projects that this layer runs: copies of the rendered ones, each with what it declares installed."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from zlib import crc32

import pytest

from tests.combinations import Combination, combinations, one_of_each_pair
from tests.conftest import Renders
from tests.environments import Environments
from tests.generate_and_run.database import database_url
from tests.generate_and_run.identity import Identity, running_provider
from tests.generate_and_run.service import START, Service, running
from tests.hostile import hostile_combinations
from tests.ownership import feature
from tests.project import RenderedProject
from tests.sharing import digest, made_once

USER = {"email": "me@example.com", "password": "TestPass123!", "name": "Me"}
LOGIN = {"username": USER["email"], "password": USER["password"]}

OnceForEqualCode = Callable[[RenderedProject, Callable[[RenderedProject], object]], None]
Copy = Callable[[Combination], RenderedProject]

# Every setting that some service requires, for those that tests start.
REQUIRED_SETTINGS = {
    "OIDC_AUDIENCE": "https://api.example.com",
    "OIDC_ISSUER": "https://login.example.com",
    "SECRET_KEY": "a-key-that-signs-the-tokens-of-a-service-that-tests-start",
}


def pairs(having: str = "", **answers: str) -> pytest.MarkDecorator:
    """Parametrise `pair`: a combination for each database and auth that go together.

    With `having`, of those that have this feature; with `answers`, of those with these.
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
    """Return a copy of a combination's project that the caller may change."""

    def copied(combination: Combination) -> RenderedProject:
        project = renders(combination).copied(tmp_path_factory.mktemp(combination.pair) / combination.id)
        # The rendered tests run in random order: another one in each combination, but the same in each run of ours.
        return project.with_variables(PYTEST_ADDOPTS=f"--randomly-seed={crc32(combination.id.encode())}")

    return copied


@pytest.fixture(scope="session")
def once_for_equal_code(shared: Path) -> OnceForEqualCode:
    """Run a check of a project's code, unless it has passed in a project with the same code and configuration."""

    def run(project: RenderedProject, check: Callable[[RenderedProject], object]) -> None:
        code = {name: project.read(name) for name in project.files_like("*.py", "*.toml")}
        made_once(shared / f"check-{digest(code, check.__qualname__)}", lambda _folder: check(project))

    return run


@pytest.fixture(
    scope="session",
    params=[pytest.param(each, id=each.id) for each in (*combinations(), hostile_combinations()[0])],
)
def project(request: pytest.FixtureRequest, new_copy: Copy, environments: Environments) -> RenderedProject:
    """The project of each combination, and one with hostile texts, ready to run."""
    return environments.install(new_copy(request.param))


@pytest.fixture(scope="session")
def pair(request: pytest.FixtureRequest, new_copy: Copy, environments: Environments) -> RenderedProject:
    """The project of the combination that a test is parametrised with, by `pairs`."""
    return environments.install(new_copy(request.param))


@pytest.fixture
def database(pair: RenderedProject, tmp_path: Path) -> Iterator[RenderedProject]:
    """A copy of the project of the pair with an empty database of its own, as on its owner's machine."""
    with database_url(pair, tmp_path) as url:
        yield pair.copied(tmp_path / "project").with_variables(**url)


@pytest.fixture
def configured(database: RenderedProject) -> RenderedProject:
    """The same project with every required setting made."""
    return database.with_variables(**REQUIRED_SETTINGS)


@pytest.fixture(scope="session")
def identity(pair: RenderedProject) -> Iterator[Identity]:
    """The identity provider of the pair, running; with other auth, one that nobody asks and no token."""
    nobody = nullcontext(Identity(REQUIRED_SETTINGS["OIDC_ISSUER"], token=""))
    with running_provider(pair) if feature("oidc auth").is_in(pair.answers) else nobody as identity:
        yield identity


@pytest.fixture(scope="session")
def production(
    pair: RenderedProject, identity: Identity, environments: Environments, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RenderedProject]:
    """The project of the pair as in production: without development dependencies, its database up to date."""
    with database_url(pair, tmp_path_factory.mktemp("database")) as url:
        settings = REQUIRED_SETTINGS | url | {"OIDC_ISSUER": identity.issuer}
        project = environments.install(pair, development=False).with_variables(**settings)
        if url:
            project.run("uv run alembic upgrade head")
        yield project


@pytest.fixture(scope="session")
def service(production: RenderedProject) -> Iterator[Service]:
    """The service of the pair, running."""
    with running(production, START) as service:
        yield service


@pytest.fixture(scope="session")
def token(pair: RenderedProject, service: Service, identity: Identity) -> str:
    """The access token of a user of the service, or an empty one where there are none."""
    if feature("password auth").is_in(pair.answers):
        service.post("/api/v1/auth/register", USER)
        access_token: str = service.post_form("/api/v1/auth/login", LOGIN).body["access_token"]
        return access_token
    return identity.token
