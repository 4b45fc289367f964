"""Podman commands and containers."""

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import commands

# The restrictions of a strict orchestrator.
STRICT = "--read-only --cap-drop=all --security-opt=no-new-privileges --network=none"

STARTED = "Application startup complete"


def variables() -> dict[str, str]:
    """Return the environment variables that Podman needs."""
    prefixes = ("BUILDAH_", "CONTAINERS_", "PATH", "XDG_")
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes)}


def podman(arguments: str, folder: Path = Path("/")) -> str:
    """Run a Podman command and return its output. Raise CommandFailedError unless it exits with 0."""
    # Log messages would be part of the output.
    return commands.run(f"podman --log-level fatal {arguments}", folder, variables())


@dataclass(frozen=True)
class Container:
    """A running container."""

    name: str

    def wait_for(self, text: str) -> None:
        """Wait until the log contains a text. Raise CommandFailedError if the container ends first."""
        with commands.started(f"podman logs --follow {self.name}", Path("/"), variables()) as process:
            assert process.stdout is not None
            log = ""
            for line in process.stdout:
                log += line
                if text in line:
                    return
        raise commands.CommandFailedError(f"{self.name} ended without {text!r}:\n{log}")

    def run(self, command: str) -> str:
        """Run a command in the container and return its output."""
        return podman(f"exec {self.name} {command}")

    def run_python(self, code: str) -> str:
        """Run Python code in the container and return its output."""
        return self.run(f"python -c {shlex.quote(code)}")

    @contextmanager
    def kept_running(self, code: str) -> Iterator[None]:
        """Start Python code in the container, and wait until it has printed a line."""
        command = f"podman exec {self.name} python -uc {shlex.quote(code)}"
        with commands.started(command, Path("/"), variables()) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield

    def state(self) -> dict[str, Any]:
        """Return the state of the container, such as `ExitCode`."""
        state: dict[str, Any] = json.loads(podman(f"inspect --format '{{{{json .State}}}}' {self.name}"))
        return state


def settings_options(settings: Mapping[str, str]) -> str:
    """Return the Podman options for environment variables."""
    return " ".join(f"--env={name}={value}" for name, value in settings.items())


@contextmanager
def running(image: str, settings: Mapping[str, str], options: str = "") -> Iterator[Container]:
    """Start a container with the restrictions of `STRICT`, and yield it when the service has started."""
    name = podman(f"run --detach {STRICT} {options} {settings_options(settings)} {image}").strip().splitlines()[-1]
    container = Container(name)
    try:
        container.wait_for(STARTED)
        yield container
    finally:
        podman(f"rm --force --time 0 --volumes {name}")
