"""The paths and commands in `AGENTS.md` of this repository."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests import checks, guides
from tests.combinations import combinations
from tests.commands import run
from tests.readme import commands_in
from tests.template import REPOSITORY

GUIDE = (REPOSITORY / "AGENTS.md").read_text(encoding="utf-8")


def test_agents_md_is_short_and_names_existing_paths() -> None:
    checks.assert_none(guides.problems_in_guide(GUIDE, REPOSITORY))


def test_claude_md_refers_to_agents_md() -> None:
    assert (REPOSITORY / "CLAUDE.md").read_text(encoding="utf-8") == "See [AGENTS.md](AGENTS.md).\n"


def test_nox_commands_name_existing_sessions_and_tests() -> None:
    noxfile = ast.parse((REPOSITORY / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in noxfile.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    pairs = {combination.pair for combination in combinations()}
    commands = [command for command in commands_in(GUIDE) if command.startswith("nox -s ")]
    assert commands
    for command in commands:
        session, _, arguments = command.removeprefix("nox -s ").partition(" -- ")
        assert session in sessions
        assert not arguments or arguments.removeprefix("-k ") in pairs or (REPOSITORY / arguments).is_dir()


def test_copier_command_renders_a_project(template: Path, tmp_path: Path) -> None:
    (command,) = [command for command in commands_in(GUIDE) if command.startswith("copier ")]
    arguments = command.removesuffix(" . /tmp/rendered").removeprefix("copier ")
    folders = f"{template} {tmp_path / 'rendered'}"
    run(f"{sys.executable} -m copier {arguments} --defaults --quiet {folders}", REPOSITORY, {})
    assert (tmp_path / "rendered" / "AGENTS.md").is_file()


def test_there_are_no_untested_commands() -> None:
    commands = commands_in(GUIDE)
    assert [command for command in commands if not re.match("nox$|nox -s |copier copy ", command)] == []


@pytest.mark.parametrize("guide", ["Look into `app/nothing.py`.\n", "Look into `nothing.md`.\n", "A line.\n" * 61])
def test_unknown_paths_and_long_guides_are_detected(guide: str, tmp_path: Path) -> None:
    assert len(guides.problems_in_guide(guide, tmp_path)) == 1
