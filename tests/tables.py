"""Markdown tables, printed at the end of a test run."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first row is the heading. All columns except the first are right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    heading, *others = ["| " + " | ".join(map(_aligned, row, widths, range(len(row)))) + " |" for row in rows]
    rule = "| --- " + "| ---: " * (len(widths) - 1) + "|"
    return "\n".join([heading, rule, *others])


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def recorded(terminalreporter: pytest.TerminalReporter, name: str) -> Iterator[dict[str, Any]]:
    """Yield the properties of each test that has called `record_property` with this name."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        properties: dict[str, Any] = dict(report.user_properties)
        if report.when == "call" and name in properties:
            yield properties | {"passed": report.passed}


def print_table(terminalreporter: pytest.TerminalReporter, title: str, rows: Sequence[Sequence[str]]) -> None:
    """Print a table, unless it has only a heading."""
    if len(rows) > 1:
        terminalreporter.section(title)
        terminalreporter.write_line(markdown(rows))
