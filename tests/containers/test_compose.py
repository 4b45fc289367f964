"""The compose file, run by Docker Compose on Podman."""

import json
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest
from filelock import FileLock

from tests import commands
from tests.containers.calls import CREATE, LIST, READY
from tests.containers.conftest import Built
from tests.containers.podman import podman, variables
from tests.generate_and_run.conftest import REQUIRED_SETTINGS, pairs
from tests.ownership import feature

every_pair = pairs()
with_a_database = pairs(having="a database")
on_postgresql = feature("postgresql")

# Values other than the default for all settings except DATABASE_URL.
SETTINGS = {
    "ACCESS_TOKEN_LIFETIME": "60",
    "ALLOWED_HOSTS": "127.0.0.1,api.example.com",
    "CORS_ORIGINS": "https://www.example.com",
    "DATABASE_POOL_SIZE": "5",
    "DATABASE_TIMEOUT": "4.0",
    "DOCS": "false",
    "JWT_AUDIENCE": "another-audience",
    "JWT_ISSUER": "another-issuer",
    "LOG_FORMAT": "text",
    "LOG_LEVEL": "DEBUG",
    "MAX_BODY_SIZE": "1000",
    "OIDC_ALGORITHMS": "ES256",
    "OIDC_LEEWAY": "5",
    "OIDC_REQUIRED_SCOPES": "read",
    "OIDC_TIMEOUT": "2.0",
    "OIDC_TOKEN_TYPES": "JWT",
    "READINESS_TIMEOUT": "3.0",
    "REFRESH_TOKEN_LIFETIME": "600",
    "SECRET_KEY_FALLBACKS": "another-key-that-signed-the-tokens-of-this-service",
    **REQUIRED_SETTINGS,
}
OTHER_VARIABLES = {
    "FORWARDED_ALLOW_IPS": "10.0.0.1",
    "OTEL_SERVICE_NAME": "other",
    "POSTGRES_PASSWORD": "p@ss:w/rd?#%1",
}

ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
FIELDS = "import json; from app.core.config import Settings; print(json.dumps(list(Settings.model_fields)))"


@dataclass(frozen=True)
class Compose:
    """Docker Compose for a project."""

    folder: Path
    engine: str

    def run(self, arguments: str) -> str:
        """Run a Compose command and return its output."""
        program = Path(sys.executable).with_name("docker-compose")
        variables = {"DOCKER_HOST": self.engine, "COMPOSE_PROGRESS": "plain", "COMPOSE_PROJECT_NAME": "copier-fastapi"}
        return commands.run(f"{program} {arguments}", self.folder, variables)

    def run_python(self, code: str) -> str:
        """Run Python code in the container of the service and return its output."""
        return self.run(f"exec --no-TTY service python -c {shlex.quote(code)}").strip()

    def up(self) -> None:
        """Start all containers and wait until they are healthy."""
        with _health_checks():
            self.run("up --detach --no-build --wait")

    def down(self) -> None:
        """Remove all containers and volumes."""
        self.run("down --volumes --remove-orphans --timeout 20")


@contextmanager
def _health_checks() -> Iterator[None]:
    """Run the health checks of all containers every second. Podman relies on systemd for this."""
    ended = Event()

    def check() -> None:
        while not ended.wait(1):
            for name in podman("ps --quiet").split():
                with suppress(commands.CommandFailedError):
                    podman(f"healthcheck run {name}")

    thread = Thread(target=check)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of Podman's Docker-compatible API."""
    path = tmp_path_factory.mktemp("engine") / "socket"
    command = f"podman system service --time 0 unix://{path}"
    with commands.started(command, Path("/"), variables(), commands.SHARED_DEADLINE) as process:
        _wait_until_accepting(process, path)
        yield f"unix://{path}"


def _wait_until_accepting(process: subprocess.Popen[str], path: Path) -> None:
    while process.poll() is None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            return
    raise commands.CommandFailedError("Podman does not listen")


@pytest.fixture
def compose(pair: Built, engine: str, shared: Path) -> Iterator[Compose]:
    """The running containers of the pair. They use fixed ports, so only one test at a time can run them."""
    settings = "\n".join(f"{name}='{value}'" for name, value in (SETTINGS | OTHER_VARIABLES).items())
    pair.project.write(".env", f"{settings}\n")
    compose = Compose(pair.project.path, engine)
    with FileLock(shared / "compose.lock"):
        compose.down()  # what an interrupted run has left
        compose.run("build")
        try:
            compose.up()
            yield compose
        finally:
            compose.down()


@every_pair
def test_service_gets_all_variables_of_the_env_file(compose: Compose, pair: Built) -> None:
    environment: dict[str, str] = json.loads(compose.run_python(ENVIRONMENT))
    fields = {name.upper() for name in json.loads(compose.run_python(FIELDS))} - {"DATABASE_URL"}

    assert fields <= SETTINGS.keys()
    assert {name: environment[name] for name in SETTINGS | OTHER_VARIABLES} == SETTINGS | OTHER_VARIABLES
    assert compose.run_python(READY) == "200"
    assert ("PGPASSWORD" in environment) is on_postgresql.is_in(pair.project.answers)


@with_a_database
def test_data_persists_when_containers_are_removed(compose: Compose) -> None:
    assert compose.run_python(CREATE) == "201"

    compose.run("down --timeout 20")
    compose.up()

    assert "Desk lamp" in compose.run_python(LIST)


@with_a_database
def test_service_starts_after_migrations_with_the_same_image(compose: Compose) -> None:
    containers = {each["Service"]: each for each in map(json.loads, compose.run("ps --all --format json").splitlines())}
    migrate, service = containers["migrate"], containers["service"]

    assert (migrate["State"], migrate["ExitCode"]) == ("exited", 0)
    assert service["Health"] == "healthy"
    assert migrate["Image"] == service["Image"]
