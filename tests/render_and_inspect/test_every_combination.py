"""Checks of the rendered files of every combination, and of projects with special characters."""

from tests import checks, guides, ownership
from tests.combinations import Combination
from tests.project import RenderedProject
from tests.template import rendered_paths


def test_the_answers_given_are_recorded(combination: Combination, project: RenderedProject) -> None:
    # Copier ignores answers to unknown questions, so a misspelt name would test the default.
    assert combination.answers.items() <= project.recorded_answers().items()


def test_no_template_syntax_is_left(project: RenderedProject) -> None:
    checks.assert_none(checks.jinja_residue(project))


def test_whitespace_is_tidy(project: RenderedProject) -> None:
    checks.assert_none(checks.untidy_whitespace(project))


def test_every_file_parses(project: RenderedProject) -> None:
    checks.assert_none(checks.syntax_errors(project))


def test_formatter_changes_nothing(project: RenderedProject) -> None:
    checks.assert_none(checks.formatter_findings(project))


def test_linter_finds_nothing(project: RenderedProject) -> None:
    checks.assert_none(checks.linter_findings(project))


def test_files_are_those_of_the_options(project: RenderedProject) -> None:
    assert project.files() == ownership.expected_files(rendered_paths(), project.answers)


def test_dependencies_are_those_of_the_options(project: RenderedProject) -> None:
    checks.assert_none(ownership.misplaced_dependencies(project))


def test_agents_md_is_short_and_names_existing_paths(project: RenderedProject) -> None:
    checks.assert_none(guides.problems_in_guide(project.read("AGENTS.md"), project.path))
    assert project.read("CLAUDE.md") == "See [AGENTS.md](AGENTS.md).\n"


def test_project_mentions_only_its_own_options(project: RenderedProject) -> None:
    checks.assert_none(ownership.misplaced_words(project))
