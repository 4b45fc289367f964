"""The command line of Copier, and the commands in its message after an update."""

import re
import shlex
from pathlib import Path

import pytest

from tests.commands import CommandFailedError
from tests.messages import git_commands_after_update
from tests.template import REPOSITORY, configuration
from tests.updates import next_release, owners
from tests.updates.cases import switches
from tests.updates.comparison import differences
from tests.updates.conftest import Copy
from tests.updates.project import COPIER, OwnedProject
from tests.updates.repository import WORKING_TREE, TemplateRepository


@pytest.fixture
def outdated(releases: TemplateRepository, next_releases: TemplateRepository, copy: Copy) -> OwnedProject:
    """A project whose template has a newer release."""
    return copy(releases.project({"database": "sqlite", "auth": "password"})).with_template(next_releases.path)


def test_message_after_an_update_shows_conflicts_and_removed_files(outdated: OwnedProject) -> None:
    name, old, _ = next_release.EDITED_FUNCTION
    owners.edit(outdated, name, old, old.replace("World", "owner"))
    owners.append(outdated, next_release.REMOVED, "# ours")
    # It exits with 0, in spite of a conflict and a removed file.
    message = outdated.run(f"{COPIER} update --defaults")
    conflicts, removed, ignored = git_commands_after_update(message)
    for staged in (False, True):
        if staged:
            outdated.run("git add --all")
        assert set(outdated.run(conflicts).split()) == {name}
        assert outdated.run(removed).split() == [next_release.REMOVED]
        assert "!!" not in outdated.run(ignored)


def test_commands_of_the_message_print_nothing_without_problems(releases: TemplateRepository, copy: Copy) -> None:
    project = copy(releases.project({}))
    message = project.run(f"{COPIER} update --defaults")
    assert [project.run(command) for command in git_commands_after_update(message)] == ["", "", ""]


def test_commit_command_of_the_message_includes_new_files(outdated: OwnedProject) -> None:
    message = outdated.run(f"{COPIER} update --defaults")
    (line,) = [line.strip() for line in message.splitlines() if "git commit" in line]
    outdated.run(f"bash -c {shlex.quote(line.removeprefix('uv sync && uv run pytest && '))}")
    assert next_release.ADDED in outdated.run("git ls-files").splitlines()


def test_undoing_an_update_leaves_the_project_as_it_was(outdated: OwnedProject) -> None:
    before = outdated.files()
    outdated.run(f"{COPIER} update --defaults")
    (command,) = re.findall(r"`(git reset .*)` undoes", re.sub(r"\s+", " ", outdated.read("README.md")))
    outdated.run(f"bash -c {shlex.quote(command)}")
    assert outdated.changed() == []
    assert outdated.files() == before


def test_commands_of_the_message_are_those_of_the_readme(releases: TemplateRepository) -> None:
    readme = releases.project({}).read("README.md")
    in_readme = [line.partition("   ")[0] for line in readme.splitlines() if line.startswith("git ") and "   " in line]
    assert git_commands_after_update(configuration()["_message_after_update"]) == in_readme


def test_each_row_of_the_table_in_the_readme_names_a_test() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    _, _, table = readme.partition("| what you did | what an update does to your edits | test |\n| --- | --- | --- |\n")
    rows = [re.findall(r"`(test_\w+)`", row) for row in table.partition("\n\n")[0].splitlines()]
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    tests = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    assert rows
    assert [names for names in rows if not names or not tests.issuperset(names)] == []


def test_command_line_gives_the_same_result_as_the_patched_copier(releases: TemplateRepository, copy: Copy) -> None:
    before, after = switches()[-1]
    project = copy(releases.project(before.answers))
    data = " ".join(f"--data {question}={answer}" for question, answer in after.answers.items())
    project.run(f"{COPIER} update --defaults {data}")
    assert differences(project, releases.project(after.answers)) == []


def test_options_of_the_readme_switch_and_stay_on_the_release(outdated: OwnedProject) -> None:
    outdated.run(f"{COPIER} update --defaults --vcs-ref :current: --data docker=false")
    assert outdated.recorded_answers()["docker"] is False
    assert outdated.recorded_answers()["_commit"] == WORKING_TREE
    assert "Dockerfile" in outdated.deleted()


def test_uncommitted_work_is_not_updated(outdated: OwnedProject) -> None:
    outdated.write("notes.md", "Not committed.\n")
    before = outdated.changed()
    with pytest.raises(CommandFailedError, match="dirty"):
        outdated.run(f"{COPIER} update --defaults")
    assert outdated.changed() == before


def test_check_for_updates_exits_with_2_when_there_is_one(outdated: OwnedProject) -> None:
    with pytest.raises(CommandFailedError, match="exited with 2:"):
        outdated.run(f"{COPIER} check-update --quiet")
    assert '"update_available": true' in outdated.run(f"{COPIER} check-update --output-format json")


def test_check_for_updates_exits_with_0_when_there_is_none(releases: TemplateRepository, copy: Copy) -> None:
    copy(releases.project({})).run(f"{COPIER} check-update --quiet")
