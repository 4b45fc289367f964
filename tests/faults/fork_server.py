"""A fork server: a process that has imported the libraries, and is forked for each run of the tests of a project.

Importing them takes longer than running one test: see decision 9.
"""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tests import commands
from tests.faults.outcomes import REPORT, Outcome, read_report
from tests.project import RenderedProject

OUTPUT = "output.txt"

# Seconds after which a run counts as hanging.
DEADLINE = 60

LIBRARIES = ["alembic.command", "argon2", "fastapi", "httpx2", "jwt", "pydantic_settings", "sqlalchemy.ext.asyncio"]

# Each line of its input names a folder and the arguments of pytest. For each it prints the exit code of the run, or the
# negative number of the signal that ended it.
PROGRAM = f"""
import contextlib, gc, importlib, json, os, signal, sys
from importlib.metadata import entry_points
plugins = [plugin.value for plugin in entry_points(group="pytest11")]
for name in {LIBRARIES} + plugins:
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module(name)
import pytest
gc.freeze()  # excludes the imported objects from pytest's garbage collection at the end of a run
for line in sys.stdin:
    folder, arguments = json.loads(line)
    if (child := os.fork()) == 0:
        signal.alarm({DEADLINE})
        os.chdir(folder)
        with open("{OUTPUT}", "wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        sys.exit(pytest.main(arguments))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

# pytest warns that it cannot rewrite assertions in plugins that are already imported.
ARGUMENTS = ["-q", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass(frozen=True)
class ForkServer:
    """The input and the output of a process that runs the tests of copies of one project."""

    stdin: IO[str]
    stdout: IO[str]

    def run_tests(self, project: RenderedProject, *arguments: str) -> set[Outcome]:
        """Run the project's tests and return their outcomes. Raise CommandFailedError if there are none."""
        self.exit_code(project, f"--junitxml={REPORT}", *arguments)
        return read_report(project, printed=self.output(project))

    def output(self, project: RenderedProject) -> str:
        """Return what the last run printed."""
        return project.read(OUTPUT)

    def exit_code(self, project: RenderedProject, *arguments: str) -> int:
        """Run the project's tests and return pytest's exit code, or a negative number when a signal ended the run."""
        self.stdin.write(json.dumps([str(project.path), [*ARGUMENTS, *arguments]]) + "\n")
        self.stdin.flush()
        printed = self.stdout.readline()
        try:
            return int(printed)
        except ValueError:
            raise commands.CommandFailedError(printed + self.stdout.read()) from None


@contextmanager
def started_fork_server(project: RenderedProject) -> Iterator[ForkServer]:
    """Yield a fork server in the environment of the project."""
    command = f"uv run python -c {shlex.quote(PROGRAM)}"
    with commands.started(command, project.path, project.variables, commands.SHARED_DEADLINE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield ForkServer(process.stdin, process.stdout)
