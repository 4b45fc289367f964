"""The image: its contents, user, health check, logs and shutdown."""

import json
from collections.abc import Iterator

import pytest

from tests.commands import CommandFailedError
from tests.containers.calls import CREATE, LIST, STALLED
from tests.containers.conftest import Built
from tests.containers.podman import STRICT, Container, podman, running, settings_options
from tests.generate_and_run.conftest import pairs
from tests.ownership import feature

every_pair = pairs()
with_passwords = pairs(having="password auth")
on_sqlite = pairs(having="sqlite")


@pytest.fixture
def container(pair: Built) -> Iterator[Container]:
    with running(pair.image, pair.settings) as container:
        yield container


@every_pair
def test_the_user_is_numeric_and_not_root(pair: Built) -> None:
    user = podman(f"image inspect --format '{{{{.Config.User}}}}' {pair.image}").strip()

    assert int(user) > 0


@every_pair
def test_the_image_contains_only_the_service_and_its_dependencies(pair: Built) -> None:
    listed = podman(f"run --rm {STRICT} {pair.image} ls -A /srv").split()
    migrations = {"migrations"} if feature("a database").is_in(pair.project.answers) else set()
    assert set(listed) == {".venv", "app", "pyproject.toml"} | migrations

    packages = podman(f"run --rm {STRICT} {pair.image} ls /srv/.venv/bin").split()
    assert {"uv", "pip", "pytest", "ruff"}.isdisjoint(packages)
    for program in ("uv", "gcc"):
        with pytest.raises(CommandFailedError, match="exited with 127"):
            podman(f"run --rm {STRICT} {pair.image} sh -c 'command -v {program}'")


@every_pair
def test_the_service_is_healthy_without_privileges(container: Container) -> None:
    podman(f"healthcheck run {container.name}")

    assert container.run("id -u").strip() == "10001"


@every_pair
def test_the_service_logs_in_json(container: Container) -> None:
    lines = podman(f"logs {container.name}").splitlines()

    assert all(json.loads(line)["level"] == "INFO" for line in lines)


@every_pair
def test_the_service_stops_despite_a_stalled_client(container: Container) -> None:
    with container.kept_running(STALLED):
        podman(f"stop --time 20 {container.name}")

    assert container.state()["ExitCode"] == 0


@with_passwords
def test_missing_secret_key_is_reported(pair: Built) -> None:
    with pytest.raises(CommandFailedError, match="SECRET_KEY: Field required"):
        podman(f"run --rm {STRICT} {pair.image}")


@pytest.fixture
def volume() -> Iterator[str]:
    """The name of an empty volume."""
    name = podman("volume create").strip()
    yield name
    podman(f"volume rm --force {name}")


@on_sqlite
def test_the_database_persists_in_a_volume(pair: Built, volume: str) -> None:
    podman(
        f"run --rm {STRICT} {settings_options(pair.settings)} --volume {volume}:/data {pair.image} alembic upgrade head"
    )

    with running(pair.image, pair.settings, f"--volume {volume}:/data") as container:
        assert container.run_python(CREATE).strip() == "201"
    with running(pair.image, pair.settings, f"--volume {volume}:/data") as container:
        assert "Desk lamp" in container.run_python(LIST)
