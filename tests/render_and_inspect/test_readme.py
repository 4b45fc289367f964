"""README.md: its figures are those of `docs/figures.json`, and its picture shows the template as it is."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.__main__ import SECTIONS
from docs.counts import counted
from docs.figures import MARKED, README, filled, load
from tests import checks
from tests.combinations import values_of
from tests.template import REPOSITORY, questions, render

TEXT = README.read_text(encoding="utf-8")
PICTURE = (REPOSITORY / "docs/demo.svg").read_text(encoding="utf-8")


def test_readme_has_the_figures_of_the_file() -> None:
    assert filled(TEXT, load()) == TEXT, "run `nox -s figures`"


def test_figures_that_can_be_counted_are_up_to_date() -> None:
    recorded = load()["counted"]
    assert {name: recorded.get(name) for name in counted()} == counted(), "run `nox -s figures`"


def test_readme_marks_the_figures_that_change() -> None:
    marked = {found["name"] for found in MARKED.finditer(TEXT)}
    assert {f"counted.{name}" for name in counted()} <= marked
    assert {"tests.passed", "mutation.mutants", "collected.versions", "bench"} <= marked


def test_figures_of_all_benchmarks_are_those_that_were_recorded() -> None:
    sections = {name: figures for name, figures in load().items() if name.startswith("bench ")}
    assert sections.keys() == {f"bench {name}" for name in SECTIONS}
    figures = [figure for section in sections.values() for figure in section.values() if isinstance(figure, dict)]
    fields = ["unit", "measured", "baseline", "ratio"]  # in the order in which they are written
    assert [figure for figure in figures if [*figure] != [name for name in fields if name in figure]] == []


def test_no_marker_begins_a_line_of_text() -> None:
    # There a comment would end the paragraph: https://spec.commonmark.org/0.31.2/#html-blocks
    checks.assert_none(re.findall(r"^ *(?:- )?<!-- \w+\..*", TEXT, re.MULTILINE))


def _documented_questions() -> dict[str, tuple[str, str]]:
    """Return the values and the default of each question in the table of the questions."""
    table = TEXT.partition("\n## Questions\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|", table, re.MULTILINE)
    return {name: (values, default) for name, values, default in rows}


def test_table_of_the_questions_has_their_defaults(template: Path, tmp_path: Path) -> None:
    answers = render(template, {}, tmp_path / "project", pretend=True)
    words = {True: "yes", False: "no", answers["project_slug"]: "from the name"}
    documented = {name: default.partition(" (")[0] for name, (_, default) in _documented_questions().items()}
    assert {name: default.strip("`") for name, default in documented.items()} == {
        name: words.get(answers[name], f"{answers[name]}") for name in questions()
    }


@pytest.mark.parametrize("name", ["database", "auth", "ci"])
def test_table_of_the_questions_has_their_choices(name: str) -> None:
    values, _ = _documented_questions()[name]
    assert set(re.findall("`(.+?)`", values)) == set(values_of(questions()[name]))


@pytest.mark.parametrize("name", ["counted.combinations", "tests.passed", "bench"])
def test_a_figure_that_is_typed_by_hand_is_detected(name: str) -> None:
    wrong = re.sub(f"<!-- {name} -->.*?<!-- / -->", f"<!-- {name} -->1<!-- / -->", TEXT, flags=re.DOTALL)
    assert filled(wrong, load()) == filled(TEXT, load()) != wrong


def test_picture_shows_the_questions_and_tests_that_pass() -> None:
    lines = _lines_of_picture()
    assert len(lines) < 45
    checks.assert_none([name for name, each in questions().items() if f"🎤 {each['help']}" not in lines])
    assert lines[-1].startswith(f"{load()['collected']['tests'][-1]} passed in "), "run `nox -s demo`"


def test_picture_is_small_and_shows_no_paths() -> None:
    assert len(PICTURE) < 60_000
    assert set(re.findall(r"https?://[^\"'<\s]+", PICTURE)) == {"http://www.w3.org/2000/svg"}
    checks.assert_none(
        re.findall(r"(?<![\w.:/])/\w+/\S*|/(?:tmp|root|home|usr|opt|Users)\b\S*", "\n".join(_lines_of_picture()))
    )


def _lines_of_picture() -> list[str]:
    """Return the lines that the terminal in the picture shows."""
    lines: dict[str, str] = {}
    for text in ET.fromstring(PICTURE).iter("{http://www.w3.org/2000/svg}text"):  # noqa: S314 - our own file
        height = text.attrib["y"]
        lines[height] = lines.get(height, "") + (text.text or "").replace("\N{NO-BREAK SPACE}", " ")
    return [line.strip() for line in lines.values()]
