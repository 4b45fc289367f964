"""Many short runs of rendered tests: each is forked from one process that has imported the libraries already.

Importing them takes several times as long as the one test that has to notice a fault.
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

# In seconds: what tests that take seconds have not ended after hangs, and all runs of one project end in hours.
DEADLINE, DEADLINE_OF_ALL = 60, 5 * 60 * 60

LIBRARIES = ["alembic.command", "argon2", "fastapi", "httpx2", "jwt", "pydantic_settings", "sqlalchemy.ext.asyncio"]

# Each line that it reads names a folder and pytest's arguments; it prints the exit code of that run when it has ended,
# or the negative number of the signal that ended it.
FORKING = f"""
import contextlib, gc, importlib, json, os, signal, sys
from importlib.metadata import entry_points
plugins = [plugin.value for plugin in entry_points(group="pytest11")]
for name in {LIBRARIES} + plugins:
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module(name)
import pytest
gc.freeze()  # pytest collects garbage at the end of each run, and need not look through all this
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

# The plugins are among what has been imported, and pytest would rather have imported them itself.
ARGUMENTS = ["-q", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass(frozen=True)
class Forks:
    """The input and output of a process that runs the tests of copies of one project."""

    requests: IO[str]
    answers: IO[str]

    def run_tests(self, project: RenderedProject, *arguments: str) -> set[Outcome]:
        """Run the project's tests and return their outcomes. Raises CommandFailedError when there are none."""
        self.exit_code(project, f"--junitxml={REPORT}", *arguments)
        return read_report(project, printed=self.output(project))

    def output(self, project: RenderedProject) -> str:
        """Return what the last run printed."""
        return project.read(OUTPUT)

    def exit_code(self, project: RenderedProject, *arguments: str) -> int:
        """Run the project's tests and return pytest's exit code, or what is below 0 when it hung or was killed."""
        self.requests.write(json.dumps([str(project.path), [*ARGUMENTS, *arguments]]) + "\n")
        self.requests.flush()
        answer = self.answers.readline()
        try:
            return int(answer)
        except ValueError:
            raise commands.CommandFailedError(answer + self.answers.read()) from None


@contextmanager
def forking(project: RenderedProject) -> Iterator[Forks]:
    """Yield what runs the tests of copies of the project, in its environment."""
    command = f"uv run python -c {shlex.quote(FORKING)}"
    with commands.started(command, project.path, project.variables, DEADLINE_OF_ALL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Forks(process.stdin, process.stdout)
