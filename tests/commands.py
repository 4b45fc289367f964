"""Commands run in rendered projects, with their own environment and a timeout."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from tests.isolation import PROGRAMS
from tests.sharing import SHARED

# Seconds after which a command is killed, and a server that all tests of a process share.
DEADLINE, SHARED_DEADLINE = 600, 5 * 60 * 60

# Prefixes of the environment variables that commands inherit. Rendered projects must not depend on any others, such as
# those of pytest, nox or a developer's service.
PASSED_ON = (
    "COPIER_",
    "GIT_",
    "HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "LANG",
    "LC_",
    "NODE_",
    "NO_PROXY",
    "NPM_CONFIG_",
    "SSL_",
    "TMPDIR",
    "UV_",
    SHARED,
)


class CommandFailedError(AssertionError):
    """A failed command, with its output."""


def run(command: str, folder: Path, variables: Mapping[str, str]) -> str:
    """Run `command` in `folder` and return its output. Raise CommandFailedError unless it exits with 0."""
    with started(command, folder, variables) as process:
        output, _ = process.communicate()
    if process.returncode:
        raise CommandFailedError(f"{command}\nin {folder}\nexited with {process.returncode}:\n{output}")
    return output


@contextmanager
def started(
    command: str, folder: Path, variables: Mapping[str, str], deadline: float = DEADLINE
) -> Iterator[subprocess.Popen[str]]:
    """Yield the running process of `command`. Kill it and its children at the end, or after `deadline` seconds."""
    process = subprocess.Popen(  # noqa: S603 - the commands are the tests' and the template's own
        shlex.split(command),
        cwd=folder,
        env=environment(variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    timer = Timer(deadline, _kill, [process])
    timer.start()
    try:
        with process:
            try:
                yield process
            finally:
                _kill(process)
    finally:
        timer.cancel()


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):  # none is left
        os.killpg(process.pid, signal.SIGKILL)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command: inherited variables, a search path with uv and git, and `variables`."""
    passed_on = {name: value for name, value in os.environ.items() if name.upper().startswith(PASSED_ON)}
    return {**passed_on, "PATH": _search_path(), **variables}


def _search_path() -> str:
    git = shutil.which("git")
    if git is None:
        raise LookupError("git is not installed")
    return os.pathsep.join([str(PROGRAMS), str(Path(git).parent), os.defpath])
