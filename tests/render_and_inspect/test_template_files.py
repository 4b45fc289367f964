"""The template files and the configuration of Copier."""

from pathlib import Path

from tests import checks, sources
from tests.project import RenderedProject
from tests.template import TEMPLATE, configuration, questions, template_files


def test_jinja_files_compile_and_use_known_variables() -> None:
    checks.assert_none(sources.broken_jinja(path for path in template_files() if path.suffix == ".jinja"))


def test_plain_files_contain_no_jinja() -> None:
    checks.assert_none(sources.jinja_in_plain_files(path for path in template_files() if path.suffix != ".jinja"))


def test_plain_python_files_pass_the_linter_and_formatter_of_projects(template: Path, tmp_path: Path) -> None:
    project = RenderedProject.rendered(template, {}, tmp_path / "project")
    for path in [path for path in template_files() if path.suffix == ".py"]:
        project.write(path.as_posix(), (TEMPLATE / path).read_text(encoding="utf-8"))
    checks.assert_none(checks.formatter_findings(project) + checks.linter_findings(project))


def test_paths_contain_no_jinja_except_the_answers_file() -> None:
    assert [str(path) for path in template_files() if "{" in str(path)] == ["{{_copier_conf.answers_file}}.jinja"]


def test_paths_of_options_exist() -> None:
    checks.assert_none(sources.unknown_paths())


def test_template_requires_no_trust() -> None:
    assert configuration().keys().isdisjoint({"_tasks", "_migrations", "_jinja_extensions"})


def test_undefined_variables_are_errors() -> None:
    assert configuration()["_envops"]["undefined"] == "jinja2.StrictUndefined"


def test_no_answer_is_secret() -> None:
    assert "_secret_questions" not in configuration()
    assert [name for name, question in questions().items() if question.get("secret")] == []


def test_at_most_ten_questions_each_with_help_and_a_default() -> None:
    assert 0 < len(questions()) <= 10
    assert [name for name, question in questions().items() if not {"help", "default"} <= question.keys()] == []
