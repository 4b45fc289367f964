"""The mutants of a rendered service that its own tests do not kill."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.fork_server import ForkServer
from tests.faults.mutation.mutants import Mutant, combined
from tests.project import RenderedProject
from tests.sharing import digest

# Where pytest writes the tests that failed.
FAILED = ".pytest_cache/v/cache/lastfailed"

# Exit codes of a run of some tests that do not mean that one has failed: the project may have none of them.
NONE_FAILED = {pytest.ExitCode.OK, pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED}


@dataclass(frozen=True)
class KnownResults:
    """What became of the mutants of a `module`, in a `folder` that all processes of the run share.

    Most modules are the same in several projects, and so are most tests: what one project has shown is not run again in
    the others.
    """

    folder: Path
    module: str

    def save_kill(self, mutant: Mutant, test: str, project: RenderedProject) -> None:
        """Save that a test of the project has killed the mutant."""
        file = test.partition("::")[0]
        self._save(mutant, [file, project.read(file)])

    def save_survival(self, mutant: Mutant) -> None:
        """Save that the mutant has survived all tests of a project."""
        self._save(mutant, None)

    def has_survived(self, mutant: Mutant) -> bool:
        """Return whether the mutant has survived in a project that has the same module."""
        return self._file(mutant).exists() and self._read(mutant) is None

    def was_killed(self, mutant: Mutant, project: RenderedProject) -> bool:
        """Return whether a test has killed the mutant in a project with the same module, whose file is also here."""
        if not self._file(mutant).exists() or (killed := self._read(mutant)) is None:
            return False
        file, text = killed
        return (project.path / file).is_file() and project.read(file) == text

    def _file(self, mutant: Mutant) -> Path:
        return self.folder / digest(self.module, mutant.source)

    def _read(self, mutant: Mutant) -> list[str] | None:
        return json.loads(self._file(mutant).read_text())

    def _save(self, mutant: Mutant, result: list[str] | None) -> None:
        self.folder.mkdir(exist_ok=True)
        file = self._file(mutant)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(result))
        unfinished.replace(file)  # at once, as other processes read it


class _Run(NamedTuple):
    """The exit code of pytest, and the test that failed."""

    exit_code: int
    failed: str = ""


@dataclass
class MutantRunner:
    """Runs the tests of a project on mutants of one module: first the tests that killed earlier ones, then all.

    The test that killed the last mutant comes first: it often kills the next, which is close to it in the module.
    """

    project: RenderedProject
    fork_server: ForkServer
    known: KnownResults
    killing_tests: list[str] = field(default_factory=list)

    def survives(self, mutant: Mutant) -> bool:
        """Return whether a mutant survives all tests of the project."""
        if self.known.was_killed(mutant, self.project):
            return False
        self._write(mutant.source)
        some = list(reversed(self.killing_tests))
        run = self._run(*some)
        if some and run.exit_code in NONE_FAILED:
            run = self._run()
        if run.exit_code == pytest.ExitCode.OK:
            self.known.save_survival(mutant)
        elif run.failed:
            self.known.save_kill(mutant, run.failed, self.project)
        return run.exit_code == pytest.ExitCode.OK

    def wrongly_equivalent(self, source: str, mutants: Sequence[Mutant]) -> Iterator[Mutant]:
        """Yield those of the mutants of `source` that a test kills, which should be none: several run at once."""
        for text, together in combined(source, [mutant for mutant in mutants if not self.known.has_survived(mutant)]):
            self._write(text)
            if self._run().exit_code != pytest.ExitCode.OK:
                yield from [mutant for mutant in together if not self.survives(mutant)]
            else:
                for mutant in together:
                    self.known.save_survival(mutant)

    def _run(self, *tests: str) -> _Run:
        code = self.fork_server.exit_code(self.project, "-x", "-p", "no:randomly", *tests)
        report = self.project.path / FAILED
        if not report.exists():
            return _Run(code)
        failed, *_ = json.loads(report.read_text())
        report.unlink()  # pytest would keep what it does not run again
        self.killing_tests = [*(test for test in self.killing_tests if test != failed), failed]
        return _Run(code, failed)

    def _write(self, source: str) -> None:
        """Write the module and remove its bytecode, which Python would use for a source of the same second and size."""
        file = self.project.path / self.known.module
        file.write_text(source, encoding="utf-8")
        for compiled in Path(file.parent, "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()
