"""Podman, whose commands are Docker's, and the containers that it runs."""

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import commands

# As strict as an orchestrator may be: nothing can be written but the volumes, and no privilege can be had.
STRICT = "--read-only --cap-drop=all --security-opt=no-new-privileges --network=none"

STARTED = "Application startup complete"


def variables() -> dict[str, str]:
    """Return the variables that configure Podman on this machine, and let it find what it runs."""
    prefixes = ("BUILDAH_", "CONTAINERS_", "PATH", "XDG_")
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes)}


def podman(arguments: str, folder: Path = Path("/")) -> str:
    """Run a command of Podman and return what it printed. Raises CommandFailedError unless it exits with 0."""
    # What it logs would stand among what it prints.
    return commands.run(f"podman --log-level fatal {arguments}", folder, variables())


@dataclass(frozen=True)
class Container:
    """A running container."""

    name: str

    def wait_for(self, text: str) -> None:
        """Read the log until it has a text. Raises CommandFailedError when it ends without."""
        with commands.started(f"podman logs --follow {self.name}", Path("/"), variables()) as process:
            assert process.stdout is not None
            log = ""
            for line in process.stdout:
                log += line
                if text in line:
                    return
        raise commands.CommandFailedError(f"{self.name} ended without {text!r}:\n{log}")

    def run(self, command: str) -> str:
        """Run a command in the container and return what it printed."""
        return podman(f"exec {self.name} {command}")

    def run_python(self, code: str) -> str:
        """Run code on the Python of the service and return what it printed."""
        return self.run(f"python -c {shlex.quote(code)}")

    @contextmanager
    def kept_running(self, code: str) -> Iterator[None]:
        """Run code on the Python of the service, and go on when it has printed a line."""
        command = f"podman exec {self.name} python -uc {shlex.quote(code)}"
        with commands.started(command, Path("/"), variables()) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield

    def state(self) -> dict[str, Any]:
        """Return what Podman knows of its state, such as `ExitCode`."""
        state: dict[str, Any] = json.loads(podman(f"inspect --format '{{{{json .State}}}}' {self.name}"))
        return state


def settings_options(settings: Mapping[str, str]) -> str:
    """Return the options that give a container these settings."""
    return " ".join(f"--env={name}={value}" for name, value in settings.items())


@contextmanager
def running(image: str, settings: Mapping[str, str], options: str = "") -> Iterator[Container]:
    """Start a container that may do nothing but serve, and yield it when the service has started."""
    name = podman(f"run --detach {STRICT} {options} {settings_options(settings)} {image}").strip().splitlines()[-1]
    container = Container(name)
    try:
        container.wait_for(STARTED)
        yield container
    finally:
        podman(f"rm --force --time 0 --volumes {name}")
