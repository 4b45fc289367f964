"""Updates with answers that exclude each other or are no longer valid."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.combinations import choices, combinations, one_of_each_pair
from tests.template import Answers
from tests.updates import next_release
from tests.updates.conftest import Copy
from tests.updates.repository import TemplateRepository

PASSWORD = {"database": "sqlite", "auth": "password"}


def _exclusive_answers() -> list[tuple[Answers, Answers]]:
    """Return each pair of answers that no combination has, in both orders."""
    accepted = [combination.options for combination in combinations()]
    questions = itertools.combinations(choices().items(), 2)
    pairs = [
        ({one: value}, {other: other_value})
        for (one, values), (other, other_values) in questions
        for value, other_value in itertools.product(values, other_values)
        if not any(options[one] == value and options[other] == other_value for options in accepted)
    ]
    return [*pairs, *((other, one) for one, other in pairs)]


@pytest.mark.parametrize(("recorded", "given"), _exclusive_answers())
def test_answer_that_excludes_a_recorded_one_is_refused(
    recorded: Answers, given: Answers, releases: TemplateRepository, copy: Copy
) -> None:
    (start, *_) = (each.answers for each in one_of_each_pair() if recorded.items() <= each.answers.items())
    project = copy(releases.project(start))
    with pytest.raises(
        ValueError, match=r'Password auth needs a database|auth cannot stay "password": .* --data auth=none'
    ):
        project.update(given)
    assert project.changed() == []


def test_some_answers_exclude_each_other() -> None:
    assert ({"database": "none"}, {"auth": "password"}) in _exclusive_answers()


def test_both_answers_can_be_switched_together(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project(PASSWORD)).update({"database": "none", "auth": "none"})
    assert (project.answers["database"], project.answers["auth"]) == ("none", "none")


def test_recorded_answers_that_exclude_each_other_are_refused(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project(PASSWORD))
    project.replace_text(".copier-answers.yml", "database: sqlite\n", "database: none\n")
    project.commit("Edit the answers")
    with pytest.raises(ValueError, match="Password auth needs a database"):
        project.update()
    assert project.changed() == []


def _without_python_311(repository: Path) -> None:
    next_release.change(repository)
    path = repository / "copier.yml"
    config: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["python_version"] |= {"choices": config["python_version"]["choices"][1:], "default": "3.12"}
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


def test_recorded_answer_that_a_release_does_not_offer_any_more_is_refused(
    releases: TemplateRepository, copy: Copy, tmp_path: Path
) -> None:
    newer = releases.forked(tmp_path / "template", next_release.VERSION, _without_python_311)
    project = copy(releases.project({})).with_template(newer.path)
    with pytest.raises(ValueError, match=r'python_version cannot stay "3\.11": .* --data python_version=3\.12'):
        project.update()
    assert project.changed() == []
    assert project.update({"python_version": "3.12"}).answers["python_version"] == "3.12"


@pytest.mark.parametrize(
    ("recorded", "edited"),
    [("python_version: '3.11'", "python_version: 3.11"), ("coverage_threshold: 90", "coverage_threshold: '90'")],
)
def test_recorded_answer_of_another_yaml_type_stays(
    recorded: str, edited: str, releases: TemplateRepository, copy: Copy
) -> None:
    project = copy(releases.project({}))
    project.replace_text(".copier-answers.yml", f"{recorded}\n", f"{edited}\n")
    project.commit("Edit the answers")
    assert project.update().changed() == [" M .copier-answers.yml"]


def test_changed_slug_renames_only_the_distribution(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({"database": "postgresql", "auth": "password"}))
    project.update({"project_slug": "renamed"})
    assert project.changed() == [" M .copier-answers.yml", " M pyproject.toml"]
    assert project.pyproject()["project"]["name"] == "renamed"
