"""The rendered tests in unusual folders, for other users, with other variables, and in killed runs."""

import os
import re
import select
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests import commands
from tests.combinations import one_of_each_pair
from tests.generate_and_run.conftest import REQUIRED_SETTINGS, pairs
from tests.generate_and_run.outcomes import outcomes
from tests.project import RenderedProject

WITHOUT_AUTH = {each.options["database"]: each for each in reversed(one_of_each_pair())}


def on(*databases: str) -> pytest.MarkDecorator:
    """Parametrize the fixture `pair` with a service without auth for each of these databases."""
    params = [pytest.param(WITHOUT_AUTH[database], id=database) for database in databases]
    return pytest.mark.parametrize("pair", params, indirect=True, scope="session")


with_database = on("sqlite", "postgresql")
with_postgresql = on("postgresql")

# Fast tests that use the database and the temporary directory.
SOME_TESTS = "uv run pytest tests/api/test_health.py tests/test_migrations.py tests/test_outages.py"
SPECIAL_CHARACTERS = "it's $HOME, 100%2F @?#&"
LIBPQ_VARIABLES = {"PGHOST": "/nowhere", "PGPORT": "1", "PGUSER": "nobody", "PGDATABASE": "none", "PGSERVICE": "none"}

# Prints its process id and waits for a signal.
ENDLESS = """
import os
import signal


def test_endless(test_engine: object) -> None:
    print(f"running: {os.getpid()}", flush=True)
    signal.pause()
"""


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder that all users may enter, with a path that is short enough for a Unix socket."""
    folder = Path(mkdtemp(prefix="t-", dir="/tmp"))  # pytest's temporary folders have long paths
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@with_database
@pytest.mark.parametrize(
    ("name", "mode"),
    [("a" * 90, 0o777), ("private", 0o700), (SPECIAL_CHARACTERS, 0o777)],
    ids=["a long path", "access for its owner only", "special characters"],
)
def test_rendered_tests_pass_with_a_temporary_directory_that_has(
    name: str, mode: int, pair: RenderedProject, short_path: Path
) -> None:
    directory = short_path / name
    directory.mkdir()
    directory.chmod(mode)
    assert outcomes(pair.run(SOME_TESTS, TMPDIR=str(directory))).keys() == {"passed"}
    assert [*directory.glob("pg-*"), *directory.glob("test-*")] == []


@with_database
def test_rendered_tests_and_migrations_run_in_a_folder_with_special_characters(
    pair: RenderedProject, tmp_path: Path
) -> None:
    project = pair.copied(tmp_path / SPECIAL_CHARACTERS)
    assert outcomes(project.run(SOME_TESTS)).keys() == {"passed"}
    assert "(head)" in project.run("uv run alembic heads", **REQUIRED_SETTINGS)


@with_database
def test_rendered_tests_pass_if_pytest_cannot_write_its_cache(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    shutil.rmtree(project.path / ".pytest_cache", ignore_errors=True)
    project.write(".pytest_cache", "A file instead of a folder: even root cannot write into it.\n")
    assert "passed" in outcomes(project.run(SOME_TESTS))


@with_postgresql
def test_rendered_tests_pass_without_unix_sockets(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.replace_text("tests/private_server.py", "LONGEST_SOCKET = 103", "LONGEST_SOCKET = 0")
    assert outcomes(project.run(SOME_TESTS)).keys() == {"passed"}


@with_postgresql
def test_rendered_tests_ignore_the_variables_of_libpq(pair: RenderedProject) -> None:
    output = pair.run(SOME_TESTS, TEST_DATABASE_URL="", **LIBPQ_VARIABLES)
    assert outcomes(output).keys() == {"passed"}


@pairs()
def test_rendered_tests_ignore_the_settings_of_the_shell(pair: RenderedProject) -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+) \|", pair.read("README.md"), re.MULTILINE)
    settings = re.findall(r"[A-Z_]+", " ".join(rows))
    assert {"LOG_LEVEL", "MAX_BODY_SIZE", "ENV_FILE"} < {*settings}
    output = pair.run("uv run pytest tests/core tests/test_edges.py", **dict.fromkeys(settings, "invalid"))
    assert outcomes(output).keys() == {"passed"}


@with_postgresql
def test_rendered_tests_pass_for_a_user_without_a_name(pair: RenderedProject) -> None:
    # As in a container that runs with a numeric user id. A user namespace has the same effect.
    output = pair.run(f"unshare --user --map-user=12345 --map-group=12345 {SOME_TESTS}")
    assert outcomes(output).keys() == {"passed"}


@with_postgresql
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_server_and_its_files_are_removed_when_the_run_ends_with(
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
