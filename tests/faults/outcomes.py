"""The outcome of each test of a rendered project, from the report that its pytest writes."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from tests.commands import CommandFailedError
from tests.project import RenderedProject

REPORT = "report.xml"


class Outcome(NamedTuple):
    """A test and its result: `passed`, `failure`, `error` or `skipped`."""

    test: str
    result: str


def run_tests(project: RenderedProject, *arguments: str) -> set[Outcome]:
    """Run the project's tests and return their outcomes. Raise CommandFailedError if there are none."""
    try:
        printed = project.run(f"uv run pytest -q --junitxml={REPORT} {' '.join(arguments)}")
    except CommandFailedError as error:  # pytest exits with 1 if a test fails
        printed = str(error)
    return read_report(project, printed)


def read_report(project: RenderedProject, printed: str) -> set[Outcome]:
    """Return the outcomes of the last run. Raise CommandFailedError with what it printed if there are none."""
    report = project.path / REPORT
    outcomes = set(_outcomes(report.read_bytes())) if report.exists() else set()
    if not outcomes:
        raise CommandFailedError(f"no test has run:\n{printed}")
    report.unlink()
    return outcomes


def failed(outcomes: set[Outcome]) -> set[str]:
    """Return the tests that did not pass."""
    return {outcome.test for outcome in outcomes if outcome.result != "passed"}


def _outcomes(report: bytes) -> Iterator[Outcome]:
    for case in ET.fromstring(report).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        results = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        for result in results or ["passed"]:
            yield Outcome(f"{case.get('classname')}::{case.get('name')}", result)
