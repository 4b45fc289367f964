"""Negative controls: the checks detect faults planted into the template or a project."""

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from tests import checks, ownership, sources
from tests.combinations import combinations
from tests.commands import CommandFailedError, run
from tests.conftest import Renders
from tests.project import RenderedProject
from tests.template import copy_command, copy_template, no_network

WITHOUT_DATABASE = combinations()[0]


@pytest.fixture
def project(renders: Renders, tmp_path: Path) -> RenderedProject:
    """A project that a test may change."""
    return renders(WITHOUT_DATABASE).copied(tmp_path / "project")


@pytest.fixture
def own_template(tmp_path: Path) -> Path:
    """A template that a test may change."""
    return copy_template(tmp_path / "template")


@pytest.mark.parametrize(
    "residue", ["{{ project_name }}", "{% if auth %}", "{% endif %}", "{# note #}", "${{ x }} {{ y }}", "_copier_conf"]
)
def test_jinja_residue_is_detected(residue: str, project: RenderedProject) -> None:
    project.write("NOTES.md", f"Some text {residue} here.\n")
    assert checks.jinja_residue(project) == [f"NOTES.md:1: Some text {residue} here."]


def test_expressions_of_github_actions_are_allowed(project: RenderedProject) -> None:
    project.write("ci.yml", "name: ${{ matrix.python }} and ${{github.ref}}\n")
    assert checks.jinja_residue(project) == []


@pytest.mark.parametrize(
    "text",
    [
        "trailing space \n",
        "trailing space \nmore\n",
        "no newline",
        "two newlines\n\n",
        "\nblank\n",
        "a\n\n\nb\n",
        "a\r\n",
        "\ta\n",
    ],
)
def test_untidy_whitespace_is_detected(text: str, project: RenderedProject) -> None:
    project.write("NOTES.md", text)
    assert [finding.partition(":")[0] for finding in checks.untidy_whitespace(project)] == ["NOTES.md"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "def broken(:\n"),
        ("a.toml", 'key = "open\n'),
        ("a.yml", "key: [1\n"),
        ("a.json", "{'key': 1}\n"),
    ],
)
def test_files_that_do_not_parse_are_detected(name: str, text: str, project: RenderedProject) -> None:
    project.write(name, text)
    assert [finding.partition(":")[0] for finding in checks.syntax_errors(project)] == [name]


def test_what_the_formatter_would_change_is_detected(project: RenderedProject) -> None:
    project.write("app/wrong.py", "number = 'one'\n")
    assert any("wrong.py" in finding for finding in checks.formatter_findings(project))


def test_what_the_linter_reports_is_detected(project: RenderedProject) -> None:
    project.write("app/wrong.py", '"""An unused import."""\n\nimport os\n')
    assert any("wrong.py:3:8: F401" in finding for finding in checks.linter_findings(project))


def test_what_yamllint_reports_is_detected(project: RenderedProject) -> None:
    project.write("compose.yaml", project.read("compose.yaml") + "a:  1\n")
    assert "too many spaces" in "".join(checks.yamllint_findings(project.path))


def test_what_zizmor_reports_is_detected(project: RenderedProject) -> None:
    workflow = ".github/workflows/ci.yml"
    project.replace_text(workflow, "      - run: uv run pytest\n", "      - run: echo ${{ github.head_ref }}\n")
    assert "template-injection" in "".join(checks.zizmor_findings(project.path))


def test_what_hadolint_reports_is_detected(project: RenderedProject) -> None:
    project.replace_text("Dockerfile", "USER 10001\n", "USER service\n")
    assert "DL3066" in "".join(checks.hadolint_findings(project.path))


def test_words_of_an_absent_option_are_detected(project: RenderedProject) -> None:
    project.write("NOTES.md", "Run alembic.\n")
    assert "a database: alembic is in NOTES.md" in ownership.misplaced_words(project)


def test_missing_words_of_a_present_option_are_detected(project: RenderedProject) -> None:
    for name in ("Dockerfile", "compose.yaml", ".dockerignore", ".github/dependabot.yml", "AGENTS.md", "README.md"):
        (project.path / name).unlink()
    assert "docker: compose is missing" in ownership.misplaced_words(project)


def test_a_dependency_of_an_absent_option_is_detected(project: RenderedProject) -> None:
    project.replace_text("pyproject.toml", "dependencies = [\n", 'dependencies = [\n    "alembic>=1",\n')
    assert ownership.misplaced_dependencies(project) == ["a database: alembic"]


def test_a_missing_dependency_of_a_present_option_is_detected(project: RenderedProject) -> None:
    project.write("pyproject.toml", re.sub(r'\n    "pytest-cov.*', "", project.read("pyproject.toml")))
    assert ownership.misplaced_dependencies(project) == ["coverage: pytest-cov"]


def test_an_unknown_path_of_an_option_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    feature = replace(ownership.feature("docker"), files=("nowhere.py",))
    monkeypatch.setattr(sources, "FEATURES", [feature])
    assert sources.unknown_paths() == ["nowhere.py"]


def test_a_project_without_files_is_an_error(tmp_path: Path) -> None:
    empty = RenderedProject(tmp_path, WITHOUT_DATABASE.answers)
    for check in (checks.jinja_residue, checks.untidy_whitespace, checks.syntax_errors):
        with pytest.raises(LookupError):
            check(empty)


def test_an_undefined_variable_is_an_error_and_creates_no_files(own_template: Path, tmp_path: Path) -> None:
    (own_template / "template" / "NOTES.md.jinja").write_text("{{ projct_name }}\n")
    with pytest.raises(CommandFailedError, match="'projct_name' is undefined"):
        run(copy_command(own_template, tmp_path / "project", {}), tmp_path, {})
    assert not (tmp_path / "project").exists()


def test_faults_in_jinja_files_are_detected(tmp_path: Path) -> None:
    faults = {
        "misspelt": "{{ projct_name }}",
        "open": "{% if docker %}",
        "filter": "{{ ci | nosuch }}",
        "plain": "text",
    }
    for name, text in faults.items():
        (tmp_path / f"{name}.jinja").write_text(text)
    found = sources.broken_jinja(sorted(tmp_path.iterdir()))
    assert [Path(finding.partition(":")[0]).stem for finding in found] == sorted(faults)


def test_jinja_in_a_plain_file_is_detected(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text('name = "{{ project_name }}"\n')
    (tmp_path / "ci.yml").write_text("name: ${{ matrix.python }}\n")
    assert sources.jinja_in_plain_files(tmp_path.iterdir()) == [str(tmp_path / "main.py")]


def test_network_access_is_blocked() -> None:
    with no_network(), pytest.raises(PermissionError):
        socket.create_connection(("127.0.0.1", 9))
