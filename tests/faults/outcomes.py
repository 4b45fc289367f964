"""The outcome of each test of a rendered project, from the report that its pytest writes."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from tests.commands import CommandFailedError
from tests.project import RenderedProject

REPORT = "report.xml"


class Outcome(NamedTuple):
    """What became of a test: `passed`, or the kind of its trouble, such as `failure` or `error`."""

    test: str
    result: str


def run_tests(project: RenderedProject, *arguments: str) -> set[Outcome]:
    """Run the project's tests and return their outcomes. Raises CommandFailedError when there are none."""
    try:
        printed = project.run(f"uv run pytest -q --junitxml={REPORT} {' '.join(arguments)}")
    except CommandFailedError as error:  # as it should, when a test has failed
        printed = str(error)
    return read_report(project, printed)


def read_report(project: RenderedProject, printed: str) -> set[Outcome]:
    """Return the outcomes of the last run. Raises CommandFailedError with what it printed when there are none."""
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
        troubles = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        for result in troubles or ["passed"]:
            yield Outcome(f"{case.get('classname')}::{case.get('name')}", result)
