"""Finding the mutants of a rendered service that its own tests do not notice."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.forks import Forks
from tests.faults.mutation.mutants import Mutant
from tests.project import RenderedProject

# Where pytest writes the tests that failed.
FAILED = ".pytest_cache/v/cache/lastfailed"


@dataclass
class Hunt:
    """Runs the tests of a project on mutants of one module: first those that noticed an earlier one, then all.

    Of those the last that noticed one comes first: it will often notice the next, which is close by.
    """

    project: RenderedProject
    module: str
    forks: Forks
    noticing: dict[str, object] = field(default_factory=dict)

    def survivors(self, mutants: Sequence[Mutant]) -> Iterator[Mutant]:
        """Yield the mutants that no test notices. Raises AssertionError when a test fails without any."""
        if mutants:
            assert self._run() == pytest.ExitCode.OK, self.forks.output(self.project)
        for mutant in mutants:
            self._write(mutant.source)
            if not self._is_noticed():
                yield mutant

    def _is_noticed(self) -> bool:
        if self.noticing and self._run(*reversed(self.noticing)) == pytest.ExitCode.TESTS_FAILED:
            return True
        return self._run() != pytest.ExitCode.OK

    def _run(self, *tests: str) -> int:
        code = self.forks.exit_code(self.project, "-x", "-p", "no:randomly", *tests)
        failed = self.project.path / FAILED
        if failed.exists():
            noticed = json.loads(failed.read_text())
            failed.unlink()  # pytest would keep what it does not run again
            self.noticing = {test: value for test, value in self.noticing.items() if test not in noticed} | noticed
        return code

    def _write(self, source: str) -> None:
        """Write the module, and remove its bytecode, which would pass for that of any source of its second and size."""
        file = self.project.path / self.module
        file.write_text(source, encoding="utf-8")
        for compiled in Path(file.parent, "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()
