"""`AGENTS.md` of this repository: what it says is so. Those of rendered projects are tested in every combination."""

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


def test_its_paths_exist_and_it_is_short() -> None:
    checks.assert_none(guides.problems_in_guide(GUIDE, REPOSITORY))


def test_the_guide_of_one_agent_points_to_that_of_all() -> None:
    assert (REPOSITORY / "CLAUDE.md").read_text(encoding="utf-8") == "See [AGENTS.md](AGENTS.md).\n"


def test_its_sessions_exist_and_run_tests_that_exist() -> None:
    noxfile = ast.parse((REPOSITORY / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in noxfile.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    pairs = {combination.pair for combination in combinations()}
    commands = [command for command in commands_in(GUIDE) if command.startswith("nox -s ")]
    assert commands
    for command in commands:
        session, _, arguments = command.removeprefix("nox -s ").partition(" -- ")
        assert session in sessions
        assert not arguments or arguments.removeprefix("-k ") in pairs or (REPOSITORY / arguments).is_dir()


def test_its_command_renders_a_project(template: Path, tmp_path: Path) -> None:
    (command,) = [command for command in commands_in(GUIDE) if command.startswith("copier ")]
    arguments = command.removesuffix(" . /tmp/rendered").removeprefix("copier ")
    folders = f"{template} {tmp_path / 'rendered'}"
    run(f"{sys.executable} -m copier {arguments} --defaults --quiet {folders}", REPOSITORY, {})
    assert (tmp_path / "rendered" / "AGENTS.md").is_file()


def test_no_other_command_is_named() -> None:
    commands = commands_in(GUIDE)
    assert [command for command in commands if not re.match("nox$|nox -s |copier copy ", command)] == []


@pytest.mark.parametrize("guide", ["Look into `app/nothing.py`.\n", "Look into `nothing.md`.\n", "A line.\n" * 61])
def test_a_guide_that_is_wrong_or_long_is_noticed(guide: str, tmp_path: Path) -> None:
    assert len(guides.problems_in_guide(guide, tmp_path)) == 1
