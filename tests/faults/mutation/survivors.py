"""The mutants of a rendered service that its own tests do not kill."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.fork_server import ForkServer
from tests.faults.mutation.mutants import Mutant
from tests.project import RenderedProject

# Where pytest writes the tests that failed.
FAILED = ".pytest_cache/v/cache/lastfailed"


@dataclass
class MutantRunner:
    """Runs the tests of a project on mutants of one module: first the tests that killed earlier ones, then all.

    The test that killed the last mutant comes first: it often kills the next, which is close to it in the module.
    """

    project: RenderedProject
    module: str
    fork_server: ForkServer
    killing_tests: list[str] = field(default_factory=list)

    def survivors(self, mutants: Sequence[Mutant]) -> Iterator[Mutant]:
        """Yield the mutants that no test kills. Raises AssertionError when a test fails without any."""
        if mutants:
            assert self._run() == pytest.ExitCode.OK, self.fork_server.output(self.project)
        for mutant in mutants:
            self._write(mutant.source)
            if not self._is_killed():
                yield mutant

    def _is_killed(self) -> bool:
        if self.killing_tests and self._run(*reversed(self.killing_tests)) == pytest.ExitCode.TESTS_FAILED:
            return True
        return self._run() != pytest.ExitCode.OK

    def _run(self, *tests: str) -> int:
        code = self.fork_server.exit_code(self.project, "-x", "-p", "no:randomly", *tests)
        failed = self.project.path / FAILED
        if failed.exists():
            killing = list(json.loads(failed.read_text()))
            failed.unlink()  # pytest would keep what it does not run again
            self.killing_tests = [test for test in self.killing_tests if test not in killing] + killing
        return code

    def _write(self, source: str) -> None:
        """Write the module, and remove its bytecode, which would pass for that of any source of its second and size."""
        file = self.project.path / self.module
        file.write_text(source, encoding="utf-8")
        for compiled in Path(file.parent, "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()
