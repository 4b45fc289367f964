"""The figures of README.md: `figures.json` stores them with their dates, and README shows them between markers.

`nox -s figures` counts what it can in seconds. What takes longer is written on request: `nox -s figures -- all`,
`nox -s tests -- --figures tests`, `nox -s mutation -- --figures mutation`, `nox -s bench -- --figures`.
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.template import REPOSITORY

FILE = REPOSITORY / "docs" / "figures.json"
README = REPOSITORY / "README.md"

# Such as `<!-- tests.passed -->...<!-- / -->`; `bench` is the table of benchmarks.
MARKED = re.compile(r"(?P<start><!-- (?P<name>[\w.]+) -->).*?(?P<end><!-- / -->)", re.DOTALL)

Figures = Mapping[str, Mapping[str, Any]]


class Row(NamedTuple):
    """A row of the table of benchmarks: for each regular expression, the largest of the figures whose names match."""

    label: str
    section: str
    names: tuple[str, ...]
    baseline: str = ""


BARE = "a bare FastAPI app"
LOADS = ("greet", "read an item", "create an item", "login")
ROWS = (
    Row(
        "seconds from `copier copy` to passed tests: no database / SQLite / PostgreSQL",
        "first_run",
        tuple(f"first run on {database}: from copier copy" for database in ("none", "sqlite", "postgresql")),
    ),
    Row(
        "seconds for 1,000 tests in one process: SQLite / PostgreSQL",
        "growth",
        ("growth: 1000 tests on sqlite", "growth: 1000 tests on postgresql"),
    ),
    Row(
        "milliseconds for a test that writes, with up to 60 more tables: SQLite / PostgreSQL",
        "isolation",
        ("isolation: a test on sqlite", "isolation: a test on postgresql"),
        "the same test without isolation",
    ),
    Row(
        "requests per second on PostgreSQL, 16 connections: greet / read an item / create an item / log in",
        "service",
        tuple(f"service on postgresql: {load}, 16 connections, requests per second" for load in LOADS),
        BARE,
    ),
    Row("MiB of memory at rest", "service", ("service .*: memory at rest",), BARE),
    Row(
        "500 connections that repeat a login without a pause: milliseconds for 99 % of the responses",
        "overload",
        ("overload: login, 500 connections, 99th percentile of the latency",),
        BARE,
    ),
    Row(
        "500 connections that repeat a login without a pause: responses with status 503, of 1,000",
        "overload",
        ("overload: login, 500 connections, responses with 503",),
    ),
)


def load() -> Figures:
    """Return the figures by section and name."""
    figures: Figures = json.loads(FILE.read_text(encoding="utf-8"))
    return figures


def record(measured: Figures) -> None:
    """Write the figures of these sections, with the date and the number of cores, here and into README.md."""
    context = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "cores": os.cpu_count()}
    figures = {**load(), **{section: context | dict(values) for section, values in measured.items()}}
    FILE.write_text(_lines(figures), encoding="utf-8")
    README.write_text(filled(README.read_text(encoding="utf-8"), figures), encoding="utf-8")


def filled(text: str, figures: Figures) -> str:
    """Return the text with the figures between its markers. Raise KeyError for a marker of another name."""
    return MARKED.sub(lambda found: found["start"] + _between(found["name"], figures) + found["end"], text)


def _between(name: str, figures: Figures) -> str:
    if name == "bench":
        return f"\n\n{_benchmarks(figures)}\n\n"
    section, _, figure = name.partition(".")
    match figures[section][figure]:
        case int(value):
            return f"{value:,}"
        case [first, *_, last]:
            return f"{first} to {last}"
        case dict(values):
            return ", ".join(f"{key} {value}" for key, value in values.items())
        case value:
            return str(value)


def _benchmarks(figures: Figures) -> str:
    rows = [_row(row, figures[f"bench {row.section}"]) for row in ROWS]
    return "\n".join(["| figure | measured | ratio | date |", "| --- | --- | --- | --- |", *rows])


def _row(row: Row, section: Mapping[str, Any]) -> str:
    found = [[figure for name, figure in section.items() if re.match(pattern, name)] for pattern in row.names]
    measured = " / ".join(_short(max(figure["measured"] for figure in figures)) for figures in found)
    ratios = [f"{max(figure['ratio'] for figure in figures):.2f}" for figures in found] if row.baseline else []
    ratio = f"{' / '.join(ratios)} times {row.baseline}" if ratios else ""
    return f"| {row.label} | {measured} | {ratio} | {section['date']} |"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}".removesuffix(".0")  # noqa: PLR2004 - three digits


def _lines(figures: Figures) -> str:
    """Return JSON with a line for each figure."""
    sections = [f"  {json.dumps(name)}: {{\n{_lines_of_section(values)}\n  }}" for name, values in figures.items()]
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _lines_of_section(values: Mapping[str, Any]) -> str:
    return ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in values.items())
