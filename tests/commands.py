"""Commands run in rendered projects: with an environment of their own, and a deadline that ends a hanging one."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from tests.isolation import PROGRAMS
from tests.sharing import SHARED

# What has not ended after so many seconds hangs, and is killed: a figure to recognise that, not to judge speed.
DEADLINE = 600

# What commands get to see of this process's environment. The rest, above all what pytest, nox and a developer's own
# service have set, would let a rendered project pass that needs it.
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
    """A command did not do what it should; the message has everything that it printed."""


def run(command: str, folder: Path, variables: Mapping[str, str]) -> str:
    """Run `command` in `folder` and return all that it printed. Raises CommandFailedError unless it exits with 0."""
    with started(command, folder, variables) as process:
        output, _ = process.communicate()
    if process.returncode:
        raise CommandFailedError(f"{command}\nin {folder}\nexited with {process.returncode}:\n{output}")
    return output


@contextmanager
def started(
    command: str, folder: Path, variables: Mapping[str, str], deadline: float = DEADLINE
) -> Iterator[subprocess.Popen[str]]:
    """Yield the process of `command`. At the end, or after `deadline` seconds, it is killed with its children."""
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
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command: what is passed on, a search path with uv and git only, and `variables`."""
    passed_on = {name: value for name, value in os.environ.items() if name.upper().startswith(PASSED_ON)}
    return {**passed_on, "PATH": _search_path(), **variables}


def _search_path() -> str:
    git = shutil.which("git")
    if git is None:
        raise LookupError("git is not installed")
    return os.pathsep.join([str(PROGRAMS), str(Path(git).parent), os.defpath])
