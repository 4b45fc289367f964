"""Negative controls: faults planted into templates and projects, which the checks of this layer must notice."""

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
    unasked_changes,
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
    """Return the template's repository with a next release that has a fault."""

    def forked(plant: Plant) -> TemplateRepository:
        return releases.forked(tmp_path / "template", next_release.VERSION, plant)

    return forked


@pytest.fixture
def project(releases: TemplateRepository, copy: Copy) -> OwnedProject:
    """A project with password auth, to update."""
    return copy(releases.project(PASSWORD))


def _configure(**entries: Any) -> Plant:
    """Return what changes `copier.yml`: adds the entries, or removes those that are None."""

    def change(repository: Path) -> None:
        path = repository / "copier.yml"
        config = {**yaml.safe_load(path.read_text()), **entries}
        path.write_text(
            yaml.safe_dump({name: entry for name, entry in config.items() if entry is not None}, sort_keys=False)
        )

    return change


def _append(name: str, text: str) -> Plant:
    """Return what appends text to the template's file that renders to `name`, which knows the answers then."""

    def change(repository: Path) -> None:
        path = next_release.source(repository, name)
        path.write_text(path.read_text() + text)
        if path.suffix != ".jinja":
            path.rename(path.with_name(f"{path.name}.jinja"))

    return change


def _rename_question(old: str, new: str) -> Plant:
    """Return what gives a question another name, wherever it stands."""

    def change(repository: Path) -> None:
        for path in [repository / "copier.yml", *(repository / "template").rglob("*.jinja")]:
            path.write_text(path.read_text().replace(old, new))

    return change


def _add_option(*, default: bool) -> Plant:
    """Return what adds the question `cache` with this default, and a file that belongs to it."""

    def change(repository: Path) -> None:
        _configure(cache={"type": "bool", "default": default})(repository)
        _exclude("{% if cache is defined and not cache %}/docs/cache.md{% endif %}")(repository)
        path = next_release.source(repository, "docs/cache.md")
        path.parent.mkdir()
        path.write_text("A file of the cache.\n")

    return change


def _exclude(pattern: str) -> Plant:
    """Return what adds a pattern to the table of excluded files."""

    def change(repository: Path) -> None:
        patterns = yaml.safe_load((repository / "copier.yml").read_text())["_exclude"]
        _configure(_exclude=[*patterns, pattern])(repository)

    return change


def test_a_release_without_a_fault_is_not_noticed(
    project: OwnedProject, fork: Fork, releases: TemplateRepository
) -> None:
    template = fork(next_release.change)
    after = project.moved_to(template.path).update()
    assert_none(differences(after, template.project(PASSWORD, next_release.VERSION)))
    assert_none(lost_answers(releases.project(PASSWORD), after))


@pytest.mark.parametrize("entry", [{"_tasks": ["true"]}, {"_migrations": ["true"]}], ids=str)
def test_a_release_that_needs_trust_is_noticed(entry: dict[str, Any], project: OwnedProject, fork: Fork) -> None:
    template = fork(_configure(**entry))
    with pytest.raises(UnsafeTemplateError):
        project.moved_to(template.path).update()


def test_a_question_without_a_default_is_noticed(project: OwnedProject, fork: Fork) -> None:
    template = fork(_configure(cache={"type": "str", "help": "Which cache?"}))
    with pytest.raises(ValueError, match="cache"):
        project.moved_to(template.path).update()


def test_a_renamed_question_is_noticed(releases: TemplateRepository, fork: Fork, copy: Copy) -> None:
    before = releases.project({"coverage_threshold": 75})
    template = fork(_rename_question("coverage_threshold", "threshold"))
    assert lost_answers(before, copy(before).moved_to(template.path).update()) == ["coverage_threshold was 75"]


@pytest.mark.parametrize(
    ("plant", "findings"),
    [(_add_option(default=True), ["cache: docs/cache.md"]), (_add_option(default=False), [])],
    ids=["on", "off"],
)
def test_a_new_default_that_changes_a_project_is_noticed(
    plant: Plant, findings: list[str], project: OwnedProject, fork: Fork, releases: TemplateRepository
) -> None:
    template = fork(plant)
    after = project.moved_to(template.path).update()
    assert unasked_changes(releases.project(PASSWORD), after, template, releases.questions()) == findings


def test_a_new_question_that_the_table_of_paths_takes_for_granted_is_noticed(project: OwnedProject, fork: Fork) -> None:
    # Copier renders the old release with the new table and the old answers. (It leaves a folder open when it fails.)
    template = fork(_exclude("{% if not cache %}/docs/cache.md{% endif %}"))
    with pytest.raises(CommandFailedError, match="'cache' is undefined"):
        project.moved_to(template.path).run(f"{COPIER} update --defaults")


def test_a_file_that_disappears_is_noticed_unless_the_changelog_names_it() -> None:
    assert unannounced_removals(["a.py", "b.py", "c.py"], ["c.py", "d.py"], "- `a.py` moves to `d.py`") == ["b.py"]


PLANTED = {
    "kept-although-the-answer-changes": _configure(_skip_if_exists=["README.md"]),
    "not-rendered-by-an-update": _exclude("{% if _copier_operation == 'update' %}/app/api/auth.py{% endif %}"),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_a_switch_that_gives_no_fresh_render_is_noticed(plant: Plant, fork: Fork, copy: Copy) -> None:
    template = fork(plant)
    switched = copy(template.project(WITHOUT_AUTH)).update(PASSWORD)
    assert differences(switched, template.project(PASSWORD)) != []


def test_an_update_that_changes_something_without_a_release_is_noticed(fork: Fork, copy: Copy) -> None:
    template = fork(_append("README.md", "{{ _copier_conf.dst_path }}\n"))
    assert copy(template.project(PASSWORD)).update().changed() == ["UU README.md"]


def test_a_list_that_ends_with_the_line_of_an_option_is_noticed(fork: Fork, copy: Copy) -> None:
    template = fork(_append(".gitignore", "{% if auth == 'password' %}\nkeys/\n{% endif %}\n"))
    switched = copy(template.project(WITHOUT_AUTH))
    owners.append_to_lists(switched)
    assert switched.update(PASSWORD).unmerged() == [".gitignore"]


@pytest.fixture
def edits(project: OwnedProject) -> Edits:
    """What the owner of the project did: a line in one file, a file more, and a file less."""
    project.write("app/ours.py", '"""Ours."""\n')
    (project.path / "app/services/auth.py").unlink()
    return owners.append(project, ".gitignore", "ours/")


def test_edits_that_are_there_are_not_noticed(project: OwnedProject, edits: Edits) -> None:
    assert edits == Edits([(".gitignore", "ours/\n"), ("app/ours.py", '"""Ours."""\n')], ["app/services/auth.py"])
    assert edits.unseen_losses(project) == []


def test_a_line_that_is_lost_is_noticed(project: OwnedProject, edits: Edits) -> None:
    project.replace_text(".gitignore", "ours/\n", "")
    assert edits.unseen_losses(project) == [".gitignore has lost:\nours/\n"]


def test_a_deletion_that_no_command_shows_is_noticed(project: OwnedProject, edits: Edits) -> None:
    (project.path / "app/ours.py").unlink()
    assert edits.unseen_losses(project) == []
    project.commit("Update, without a look at it")
    assert edits.unseen_losses(project) == ['app/ours.py has lost:\n"""Ours."""\n']


def test_a_deleted_file_that_is_back_is_noticed(project: OwnedProject, edits: Edits) -> None:
    project.write("app/services/auth.py", "")
    assert edits.unseen_losses(project) == ["app/services/auth.py is back"]


def test_an_owner_who_does_nothing_is_noticed(project: OwnedProject) -> None:
    project.commit("Nothing")
    with pytest.raises(LookupError):
        last_edits(project)


def test_every_kind_of_difference_is_noticed(project: OwnedProject, releases: TemplateRepository) -> None:
    (project.path / "Dockerfile").unlink()
    project.write("more.md", "")
    project.replace_text(".gitignore", ".env\n", ".env \n")
    differing, *others = differences(project, releases.project(PASSWORD))
    assert differing.startswith(".gitignore differs:")
    assert "-.env\n+.env " in differing
    assert others == ["Dockerfile is missing", "more.md is too many"]


def test_a_misspelt_question_is_noticed(releases: TemplateRepository) -> None:
    with pytest.raises(LookupError, match="databse"):
        releases.project({"databse": "none"})
