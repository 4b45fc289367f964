"""The rendered tests wherever people run them: odd folders, other users, other servers' variables, killed runs."""

import os
import select
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests import commands
from tests.combinations import one_of_each_pair
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.generate_and_run.outcomes import outcomes
from tests.project import RenderedProject

SMALLEST = {each.options["database"]: each for each in reversed(one_of_each_pair())}


def on(*databases: str) -> pytest.MarkDecorator:
    """Parametrise `pair`: the smallest service with each of these databases."""
    params = [pytest.param(SMALLEST[database], id=database) for database in databases]
    return pytest.mark.parametrize("pair", params, indirect=True, scope="session")


with_database = on("sqlite", "postgresql")
with_postgresql = on("postgresql")

# They use the database and the temporary directory, and take seconds.
SOME_TESTS = "uv run pytest tests/api/test_health.py tests/test_migrations.py tests/test_outages.py"
SPECIAL = "it's $HOME, 100%2F @?#&"
OF_OTHER_SERVERS = {"PGHOST": "/nowhere", "PGPORT": "1", "PGUSER": "nobody", "PGDATABASE": "none", "PGSERVICE": "none"}

# Prints who runs it, and does not end by itself.
ENDLESS = """
import os
import signal


def test_endless(test_engine: object) -> None:
    print(f"running: {os.getpid()}", flush=True)
    signal.pause()
"""


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder that every user may enter, with a path so short that a socket fits in it."""
    folder = Path(mkdtemp(prefix="t-", dir="/tmp"))  # pytest's own folders have long paths
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@with_database
@pytest.mark.parametrize(
    ("name", "mode"),
    [("a" * 90, 0o777), ("closed", 0o700), (SPECIAL, 0o777)],
    ids=["long", "closed to others", "full of special characters"],
)
def test_its_tests_pass_with_a_temporary_directory_that_is(
    name: str, mode: int, pair: RenderedProject, short_path: Path
) -> None:
    directory = short_path / name
    directory.mkdir()
    directory.chmod(mode)
    assert outcomes(pair.run(SOME_TESTS, TMPDIR=str(directory))).keys() == {"passed"}
    assert [*directory.glob("pg-*"), *directory.glob("test-*")] == []


@with_database
def test_its_tests_and_its_migrations_run_in_a_folder_with_special_characters(
    pair: RenderedProject, tmp_path: Path
) -> None:
    project = pair.copied(tmp_path / SPECIAL)
    assert outcomes(project.run(SOME_TESTS)).keys() == {"passed"}
    assert "(head)" in project.run("uv run alembic heads", **REQUIRED_SETTINGS)


@with_database
def test_its_tests_pass_where_pytest_cannot_write_its_cache(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    shutil.rmtree(project.path / ".pytest_cache", ignore_errors=True)
    project.write(".pytest_cache", "This is no folder; not even root can write in it.\n")
    assert "passed" in outcomes(project.run(SOME_TESTS))


@with_postgresql
def test_its_tests_pass_where_sockets_are_files_of_no_use(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.replace_text("tests/private_server.py", "LONGEST_SOCKET = 103", "LONGEST_SOCKET = 0")
    assert outcomes(project.run(SOME_TESTS)).keys() == {"passed"}


@with_postgresql
def test_its_tests_do_not_see_variables_that_are_meant_for_other_servers(pair: RenderedProject) -> None:
    output = pair.run(SOME_TESTS, TEST_DATABASE_URL="", **OF_OTHER_SERVERS)
    assert outcomes(output).keys() == {"passed"}


@with_postgresql
def test_its_tests_pass_for_a_user_without_a_name(pair: RenderedProject) -> None:
    # As in a container that runs with a number. Here the user is another one in a namespace only.
    output = pair.run(f"unshare --user --map-user=12345 --map-group=12345 {SOME_TESTS}")
    assert outcomes(output).keys() == {"passed"}


@with_postgresql
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_the_server_and_its_files_go_when_the_run_is_ended_by(
    number: signal.Signals, pair: RenderedProject, short_path: Path
) -> None:
    project = pair.copied(short_path / "project").with_variables(TMPDIR=str(short_path))
    project.write("tests/test_endless.py", ENDLESS)
    command = "uv run pytest --capture=no tests/test_endless.py"
    with commands.started(command, project.path, project.variables) as process:
        assert process.stdout is not None
        tests = next(line.split()[-1] for line in process.stdout if "running: " in line)
        server = commands.run(f"pgrep --parent {tests} --full private_server", short_path, {})
        ended = os.pidfd_open(int(server))
        assert list(short_path.glob("pg-*"))
        os.killpg(process.pid, number)
    waiting = select.poll()
    waiting.register(ended, select.POLLIN)
    assert waiting.poll(commands.DEADLINE * 1000)
    os.close(ended)
    assert list(short_path.glob("pg-*")) == []
