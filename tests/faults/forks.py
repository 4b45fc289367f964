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

# Each line that it reads names a folder and pytest's arguments; it prints a line when that run has ended.
FORKING = f"""
import contextlib, importlib, json, os, sys
for name in ("alembic.command", "argon2", "fastapi", "httpx", "jwt", "pydantic_settings", "sqlalchemy.ext.asyncio"):
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module(name)
import pytest
for line in sys.stdin:
    folder, arguments = json.loads(line)
    if (child := os.fork()) == 0:
        os.chdir(folder)
        with open("{OUTPUT}", "wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        sys.exit(pytest.main(arguments))
    os.waitpid(child, 0)
    print("ended", flush=True)
"""

# FastAPI imports a package that is a plugin of pytest too, and which pytest would rather have imported itself.
ARGUMENTS = ["-q", f"--junitxml={REPORT}", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass(frozen=True)
class Forks:
    """The input and output of a process that runs the tests of copies of one project."""

    requests: IO[str]
    answers: IO[str]

    def run_tests(self, project: RenderedProject, *arguments: str) -> set[Outcome]:
        """Run the project's tests and return their outcomes. Raises CommandFailedError when there are none."""
        self.requests.write(json.dumps([str(project.path), [*ARGUMENTS, *arguments]]) + "\n")
        self.requests.flush()
        answer = self.answers.readline()
        if answer != "ended\n":
            raise commands.CommandFailedError(answer + self.answers.read())
        return read_report(project, printed=project.read(OUTPUT))


@contextmanager
def forking(project: RenderedProject) -> Iterator[Forks]:
    """Yield what runs the tests of copies of the project, in its environment."""
    command = f"uv run python -c {shlex.quote(FORKING)}"
    with commands.started(command, project.path, project.variables) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Forks(process.stdin, process.stdout)
