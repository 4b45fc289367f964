"""Negative controls: the checks detect faults planted into the template and into projects."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier.errors import UnsafeTemplateError

from tests.checks import assert_none
from tests.commands import CommandFailedError
from tests.updates import next_release, owners
from tests.updates.comparison import (
    Edits,
    differences,
    last_edits,
    lost_answers,
    unannounced_removals,
    unrequested_changes,
)
from tests.updates.conftest import Copy
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import TemplateRepository

Plant = Callable[[Path], object]
Fork = Callable[[Plant], TemplateRepository]

PASSWORD = {"database": "sqlite", "auth": "password"}
WITHOUT_AUTH = {"database": "sqlite", "auth": "none"}


@pytest.fixture
def fork(releases: TemplateRepository, tmp_path: Path) -> Fork:
    """Return a repository of the template with a next release that has a fault."""

    def forked(plant: Plant) -> TemplateRepository:
        return releases.forked(tmp_path / "template", next_release.VERSION, plant)

    return forked


@pytest.fixture
def project(releases: TemplateRepository, copy: Copy) -> OwnedProject:
    """A project with password auth."""
    return copy(releases.project(PASSWORD))


def _configure(**entries: Any) -> Plant:
    """Return a function that adds entries to `copier.yml`, or removes those that are None."""

    def change(repository: Path) -> None:
        path = repository / "copier.yml"
        config = {**yaml.safe_load(path.read_text()), **entries}
        path.write_text(
            yaml.safe_dump({name: entry for name, entry in config.items() if entry is not None}, sort_keys=False)
        )

    return change


def _append(name: str, text: str) -> Plant:
    """Return a function that appends Jinja to the template file that renders to `name`."""

    def change(repository: Path) -> None:
        path = next_release.template_file(repository, name)
        path.write_text(path.read_text() + text)
        if path.suffix != ".jinja":
            path.rename(path.with_name(f"{path.name}.jinja"))

    return change


def _rename_question(old: str, new: str) -> Plant:
    """Return a function that renames a question."""

    def change(repository: Path) -> None:
        for path in [repository / "copier.yml", *(repository / "template").rglob("*.jinja")]:
            path.write_text(path.read_text().replace(old, new))

    return change


def _add_option(*, default: bool) -> Plant:
    """Return a function that adds the question `cache` with this default, and a file for it."""

    def change(repository: Path) -> None:
        _configure(cache={"type": "bool", "default": default})(repository)
        _exclude("{% if cache is defined and not cache %}/docs/cache.md{% endif %}")(repository)
        path = next_release.template_file(repository, "docs/cache.md")
        path.parent.mkdir()
        path.write_text("A file of the cache.\n")

    return change


def _exclude(pattern: str) -> Plant:
    """Return a function that adds a pattern to `_exclude`."""

    def change(repository: Path) -> None:
        patterns = yaml.safe_load((repository / "copier.yml").read_text())["_exclude"]
        _configure(_exclude=[*patterns, pattern])(repository)

    return change


def test_a_release_without_a_fault_passes(project: OwnedProject, fork: Fork, releases: TemplateRepository) -> None:
    template = fork(next_release.change)
    after = project.with_template(template.path).update()
    assert_none(differences(after, template.project(PASSWORD, next_release.VERSION)))
    assert_none(lost_answers(releases.project(PASSWORD), after))


@pytest.mark.parametrize("entry", [{"_tasks": ["true"]}, {"_migrations": ["true"]}], ids=str)
def test_a_release_that_needs_trust_is_detected(entry: dict[str, Any], project: OwnedProject, fork: Fork) -> None:
    template = fork(_configure(**entry))
    with pytest.raises(UnsafeTemplateError):
        project.with_template(template.path).update()


def test_a_question_without_a_default_is_detected(project: OwnedProject, fork: Fork) -> None:
    template = fork(_configure(cache={"type": "str", "help": "Which cache?"}))
    with pytest.raises(ValueError, match="cache"):
        project.with_template(template.path).update()


def test_a_renamed_question_is_detected(releases: TemplateRepository, fork: Fork, copy: Copy) -> None:
    before = releases.project({"coverage_threshold": 75})
    template = fork(_rename_question("coverage_threshold", "threshold"))
    assert lost_answers(before, copy(before).with_template(template.path).update()) == ["coverage_threshold was 75"]


@pytest.mark.parametrize(
    ("plant", "findings"),
    [(_add_option(default=True), ["cache: docs/cache.md"]), (_add_option(default=False), [])],
    ids=["on", "off"],
)
def test_a_new_default_that_changes_a_project_is_detected(
    plant: Plant, findings: list[str], project: OwnedProject, fork: Fork, releases: TemplateRepository
) -> None:
    template = fork(plant)
    after = project.with_template(template.path).update()
    assert unrequested_changes(releases.project(PASSWORD), after, template, releases.questions()) == findings


def test_a_new_question_that_is_undefined_in_exclude_is_detected(project: OwnedProject, fork: Fork) -> None:
    # Copier renders the old release with the new `_exclude` and the old answers. The command line is used because
    # Copier does not clean up when it fails.
    template = fork(_exclude("{% if not cache %}/docs/cache.md{% endif %}"))
    with pytest.raises(CommandFailedError, match="'cache' is undefined"):
        project.with_template(template.path).run(f"{COPIER} update --defaults")


def test_a_file_that_disappears_is_detected_unless_the_changelog_names_it() -> None:
    assert unannounced_removals(["a.py", "b.py", "c.py"], ["c.py", "d.py"], "- `a.py` moves to `d.py`") == ["b.py"]


WRONG_SWITCHES = {
    "kept-although-the-answer-changes": _configure(_skip_if_exists=["README.md"]),
    "not-rendered-by-an-update": _exclude("{% if _copier_operation == 'update' %}/app/core/keys.py{% endif %}"),
}


@pytest.mark.parametrize("plant", WRONG_SWITCHES.values(), ids=WRONG_SWITCHES)
def test_a_switch_that_gives_no_fresh_render_is_detected(plant: Plant, fork: Fork, copy: Copy) -> None:
    template = fork(plant)
    switched = copy(template.project(WITHOUT_AUTH)).update(PASSWORD)
    assert differences(switched, template.project(PASSWORD)) != []


def test_an_update_that_changes_something_without_a_release_is_detected(fork: Fork, copy: Copy) -> None:
    template = fork(_append("README.md", "{{ _copier_conf.dst_path }}\n"))
    assert copy(template.project(PASSWORD)).update().changed() == ["UU README.md"]


def test_a_list_that_ends_with_the_line_of_an_option_is_detected(fork: Fork, copy: Copy) -> None:
    template = fork(_append(".gitignore", "{% if auth == 'password' %}\nkeys/\n{% endif %}\n"))
    switched = copy(template.project(WITHOUT_AUTH))
    owners.append_to_lists(switched)
    assert switched.update(PASSWORD).unmerged() == [".gitignore"]


@pytest.fixture
def edits(project: OwnedProject) -> Edits:
    """The edits of the project: an added line, an added file and a deleted file."""
    project.write("app/ours.py", '"""Ours."""\n')
    (project.path / "app/services/auth.py").unlink()
    return owners.append(project, ".gitignore", "ours/")


def test_kept_edits_are_not_reported(project: OwnedProject, edits: Edits) -> None:
    assert edits == Edits([(".gitignore", "ours/\n"), ("app/ours.py", '"""Ours."""\n')], ["app/services/auth.py"])
    assert edits.unreported_losses(project) == []


def test_a_line_that_is_lost_is_detected(project: OwnedProject, edits: Edits) -> None:
    project.replace_text(".gitignore", "ours/\n", "")
    assert edits.unreported_losses(project) == [".gitignore has lost:\nours/\n"]


def test_an_unreported_deletion_is_detected(project: OwnedProject, edits: Edits) -> None:
    (project.path / "app/ours.py").unlink()
    assert edits.unreported_losses(project) == []
    project.commit("Update")
    assert edits.unreported_losses(project) == ['app/ours.py has lost:\n"""Ours."""\n']


def test_a_restored_deleted_file_is_detected(project: OwnedProject, edits: Edits) -> None:
    project.write("app/services/auth.py", "")
    assert edits.unreported_losses(project) == ["app/services/auth.py is back"]


def test_a_difference_besides_the_edits_is_detected(
    project: OwnedProject, edits: Edits, releases: TemplateRepository
) -> None:
    project.replace_text("Dockerfile", "USER 10001\n", "USER 0\n")
    differing, *others = edits.differences_without_edits(project, releases.project(PASSWORD))
    assert differing.startswith("Dockerfile differs:")
    assert others == ["app/services/auth.py is missing"]


def test_a_commit_without_edits_is_an_error(project: OwnedProject) -> None:
    project.commit("Nothing")
    with pytest.raises(LookupError):
        last_edits(project)


def test_every_kind_of_difference_is_detected(project: OwnedProject, releases: TemplateRepository) -> None:
    (project.path / "Dockerfile").unlink()
    project.write("more.md", "")
    project.replace_text(".gitignore", ".env\n", ".env \n")
    differing, *others = differences(project, releases.project(PASSWORD))
    assert differing.startswith(".gitignore differs:")
    assert "-.env\n+.env " in differing
    assert others == ["Dockerfile is missing", "more.md is not expected"]


def test_a_misspelt_question_is_detected(releases: TemplateRepository) -> None:
    with pytest.raises(LookupError, match="databse"):
        releases.project({"databse": "none"})
