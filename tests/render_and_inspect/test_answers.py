"""Answers: defaults, validation and rendered texts."""

import re
import sys
import unicodedata
from pathlib import Path

import pytest
import yaml

from tests import checks
from tests.combinations import Combination, combinations, one_of_each_pair, refused_combinations
from tests.commands import CommandFailedError, run
from tests.conftest import Renders
from tests.project import RenderedProject
from tests.template import Answers, copy_command, copy_template, questions, render

ALL_ON = one_of_each_pair()[-1]
PYTHONS = questions()["python_version"]["choices"]

REFUSED = {
    "password-without-database": (
        {"database": "none", "auth": "password"},
        "Password auth needs a database: users and refresh tokens must survive a restart.",
    ),
    "unknown-database": ({"database": "mysql"}, "'mysql' is not in ['none', 'sqlite', 'postgresql']"),
    "unknown-auth": ({"auth": "magic"}, "'magic' is not in"),
    "unknown-ci": ({"ci": "jenkins"}, "'jenkins' is not in"),
    "python-too-old": ({"python_version": "3.10"}, "'3.10' is not in"),
    "name-empty": ({"project_name": ""}, "The name must not be empty."),
    "name-blank": ({"project_name": "  "}, "The name must not be empty."),
    "name-of-two-lines": ({"project_name": "My\nService"}, "The name must be one line, without control characters"),
    "name-with-control-character": ({"project_name": "My\x00Service"}, "The name must be one line"),
    "name-with-line-separator": ({"project_name": "My\N{LINE SEPARATOR}Service"}, "The name must be one line"),
    "name-with-zero-width-space": ({"project_name": "My\N{ZERO WIDTH SPACE}Service"}, "The name must be one line"),
    "name-with-joiner": ({"project_name": "My\N{ZERO WIDTH JOINER}Service"}, "The name must be one line"),
    "name-that-changes-direction": (
        {"project_name": "My\N{RIGHT-TO-LEFT OVERRIDE}Service"},
        "The name must be one line",
    ),
    "description-empty": ({"project_description": ""}, "The description must not be empty."),
    "description-of-two-lines": ({"project_description": "One.\nTwo."}, "The description must be one line"),
    "slug-empty": ({"project_slug": ""}, "Use lower-case words joined by single hyphens"),
    "slug-capital": ({"project_slug": "My-service"}, "Use lower-case words joined by single hyphens"),
    "slug-underscore": ({"project_slug": "my_service"}, "Use lower-case words joined by single hyphens"),
    "slug-double-hyphen": ({"project_slug": "my--service"}, "Use lower-case words joined by single hyphens"),
    "slug-hyphen-at-end": ({"project_slug": "my-"}, "Use lower-case words joined by single hyphens"),
    "slug-digit-first": ({"project_slug": "1st-service"}, "Use lower-case words joined by single hyphens"),
    "slug-path": ({"project_slug": "../service"}, "Use lower-case words joined by single hyphens"),
    "slug-newline": ({"project_slug": "service\n"}, "Use lower-case words joined by single hyphens"),
    "slug-too-long": ({"project_slug": "s" * 51}, "Use at most 50 characters"),
    "slug-keyword": ({"project_slug": "class"}, '"class" is a Python keyword'),
    "slug-standard-library": ({"project_slug": "test"}, '"test" is a module of Python\'s standard library'),
    "slug-dependency": ({"project_slug": "fastapi"}, '"fastapi" is a dependency of the service or its tools'),
    "slug-dependency-with-hyphen": ({"project_slug": "pytest-asyncio"}, '"pytest-asyncio" is a dependency of'),
    "slug-package-of-a-package": ({"project_slug": "click"}, '"click" is a dependency of'),
    "slug-folder": ({"project_slug": "app"}, '"app" is a folder of the project'),
    "slug-postgresql": ({"project_slug": "postgres"}, '"postgres" is a database that PostgreSQL reserves'),
    "state-name-double-hyphen": ({"state_name": "my--service"}, "Use lower-case words joined by single hyphens"),
    "state-name-too-long": ({"state_name": "s" * 51}, "Use at most 50 characters"),
    "state-name-postgresql": ({"state_name": "template0"}, '"template0" is a database that PostgreSQL reserves'),
    "threshold-negative": ({"coverage_threshold": -1}, "The threshold must be a percentage from 0 to 100."),
    "threshold-too-high": ({"coverage_threshold": 101}, "The threshold must be a percentage from 0 to 100."),
    "threshold-no-number": ({"coverage_threshold": "most"}, "'most'"),
}


@pytest.mark.parametrize(("answers", "message"), REFUSED.values(), ids=REFUSED)
def test_invalid_answer_is_refused_and_creates_no_files(
    answers: Answers, message: str, template: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the message is compared below
        render(template, answers, tmp_path / "project")
    assert message in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_copier_prints_the_reason_last_and_exits_with_1(template: Path, tmp_path: Path) -> None:
    command = copy_command(template, tmp_path / "project", {"database": "none", "auth": "password"})
    with pytest.raises(
        CommandFailedError,
        match=r"(?s)exited with 1:.*Choose database sqlite or postgresql, or auth none or oidc\.\s*$",
    ):
        run(command, tmp_path, {})
    assert list(tmp_path.iterdir()) == []


def test_command_line_renders_the_same_project(template: Path, tmp_path: Path, renders: Renders) -> None:
    run(copy_command(template, tmp_path / "project", ALL_ON.answers), tmp_path, {})
    assert _contents(tmp_path / "project") == _contents(renders(ALL_ON).path)


def test_only_password_auth_without_a_database_is_refused() -> None:
    # A wrong validator would reduce the tested combinations.
    assert {combination.pair for combination in refused_combinations()} == {"none-password"}
    assert len(refused_combinations()) * 8 == len(combinations())


def test_explicit_defaults_render_the_same_project(template: Path, tmp_path: Path) -> None:
    defaults = render(template, {}, tmp_path / "defaults")
    asked = {name: defaults[name] for name in questions()}
    render(template, asked, tmp_path / "given")
    assert _contents(tmp_path / "defaults") == _contents(tmp_path / "given")


def test_defaults(template: Path, tmp_path: Path) -> None:
    answers = render(template, {}, tmp_path / "project", pretend=True)
    assert {name: answers[name] for name in questions()} == {
        "project_name": "My Service",
        "project_slug": "my-service",
        "project_description": "A FastAPI service.",
        "python_version": "3.11",
        "database": "sqlite",
        "auth": "password",
        "coverage": True,
        "coverage_threshold": 90,
        "docker": True,
        "ci": "github",
    }


def test_without_a_database_auth_is_off_by_default(template: Path, tmp_path: Path) -> None:
    assert render(template, {"database": "none"}, tmp_path / "project", pretend=True)["auth"] == "none"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Order Book", "order-book"),
        ("  2nd -- Try! ", "service-2nd-try"),
        ("服务", "my-service"),
        ("x" * 49 + " yz", "x" * 49),
    ],
)
def test_slug_is_derived_from_the_name(name: str, slug: str, template: Path, tmp_path: Path) -> None:
    answers = render(template, {"project_name": name}, tmp_path / "project", pretend=True)
    assert answers["project_slug"] == slug


def _letters() -> dict[str, str]:
    """Return the lower-case letters with accents of Latin-1 and Latin Extended-A, and their plain letters."""
    letters = {chr(code).lower(): unicodedata.normalize("NFKD", chr(code).lower()) for code in range(0xC0, 0x180)}
    plain = {letter: re.sub(r"[^a-z]", "", parts) for letter, parts in letters.items() if len(letter) == 1}
    return {letter: found for letter, found in plain.items() if found}


def test_slug_replaces_letters_with_accents(template: Path, tmp_path: Path) -> None:
    for start in range(0, len(_letters()), 40):
        letters = list(_letters().items())[start : start + 40]
        name = "".join(letter for letter, _ in letters)
        answers = render(template, {"project_name": f"x{name}"}, tmp_path / "project", pretend=True)
        assert answers["project_slug"] == f"x{''.join(plain for _, plain in letters)}"


def _invisible_characters() -> list[str]:
    """Return the characters of the categories control, format, separator and surrogate, and blank letters."""
    categories = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    found = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in categories]
    return [*found, "\u034f", "\u115f", "\u1160", "\u3164", "\uffa0"]


def test_every_invisible_character_is_refused(template: Path, tmp_path: Path) -> None:
    pattern: str = render(template, {}, tmp_path / "project", pretend=True)["invisible"]
    assert [ascii(each) for each in _invisible_characters() if not re.search(pattern, f"a{each}b")] == []
    visible = "aZ0-_ é\u0301 服务 עברית \u2764\ufe0f \U0001f469\u200d\U0001f680 می\u200cشود \u2013"
    assert not re.search(pattern, visible)


YAML_WORDS = ("null", "yes", "no", "on", "off", "y", "n", "inf", "nan")


@pytest.mark.parametrize("word", YAML_WORDS)
def test_slug_with_a_meaning_in_yaml_stays_a_string(word: str, template: Path, tmp_path: Path) -> None:
    answers = {**ALL_ON.answers, "project_slug": word}
    project = RenderedProject.rendered(template, answers, tmp_path / "project")
    assert project.recorded_answers()["project_slug"] == word
    assert yaml.safe_load(project.read("compose.yaml"))["services"]["database"]["environment"]["POSTGRES_DB"] == word


@pytest.mark.parametrize("text", ["null", "Yes", "~", "1.10", "0x10", "1e3", "2026-11-26", "12:30", "!!str", "- a: b"])
def test_text_with_a_meaning_in_yaml_stays_a_string(text: str, template: Path, tmp_path: Path) -> None:
    texts = {"project_name": text, "project_description": text}
    project = RenderedProject.rendered(template, {**texts, "project_slug": "service"}, tmp_path / "project")
    recorded = project.recorded_answers()
    assert {name: recorded[name] for name in texts} == texts
    assert project.pyproject()["project"]["description"] == text


def test_second_render_is_byte_identical(
    combination: Combination, project: RenderedProject, template: Path, tmp_path: Path
) -> None:
    render(template, combination.answers, tmp_path / "again")
    assert _contents(tmp_path / "again") == _contents(project.path)


def test_jinja_in_an_answer_is_not_rendered(template: Path, tmp_path: Path) -> None:
    project = RenderedProject.rendered(template, {"project_name": "{{ 7 * 7 }} {% raw %}"}, tmp_path / "project")
    assert "# {{ 7 * 7 }} {% raw %}\n" in project.read("README.md")


def test_spaces_around_a_text_are_stripped(template: Path, tmp_path: Path) -> None:
    texts = {"project_name": " Name ", "project_description": " Description. "}
    project = RenderedProject.rendered(template, texts, tmp_path / "project")
    checks.assert_none(checks.untidy_whitespace(project))
    assert project.pyproject()["project"]["description"] == "Description."
    assert 'title="Name",\n        description="Description.",\n' in project.read("app/main.py")


@pytest.mark.parametrize("version", PYTHONS)
def test_oldest_python_is_stated_everywhere(version: str, template: Path, tmp_path: Path) -> None:
    project = RenderedProject.rendered(template, {**ALL_ON.answers, "python_version": version}, tmp_path / "project")
    assert project.pyproject()["project"]["requires-python"] == f">={version}"
    texts = [project.read(name) for name in project.files_like("README.md", "*.yml", "*.yaml", "Dockerfile")]
    named = {found for text in texts for found in re.findall(r"(?<![\d.])3\.1\d\b(?!\.)", text)}
    assert named == {supported for supported in PYTHONS if supported >= version}
    checks.assert_none(checks.formatter_findings(project) + checks.linter_findings(project))


def test_caches_in_the_template_are_not_rendered(tmp_path: Path) -> None:
    template = copy_template(tmp_path / "template")
    for name in ("app/__pycache__/main.cpython-311.pyc", "app/main.pyc", ".ruff_cache/x", ".pytest_cache/x", ".venv/x"):
        path = template / "template" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    clean = RenderedProject.rendered(copy_template(tmp_path / "clean"), {}, tmp_path / "project")
    assert RenderedProject.rendered(template, {}, tmp_path / "with-caches").files() == clean.files()


def _contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
