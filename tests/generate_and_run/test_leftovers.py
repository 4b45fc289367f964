"""Detection of processes that tests leave running."""

import os
import subprocess
import sys

from tests.leftovers import processes

VARIABLE, VALUE = "STARTED_BY", f"test-{os.getpid()}"


def test_a_running_process_is_found_until_it_ends() -> None:
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, VARIABLE: VALUE}) as process:  # noqa: S603 - a command of the tests
        assert [each.pid for each in processes(VARIABLE, VALUE)] == [process.pid]
        process.communicate(b"\n")
    assert processes(VARIABLE, VALUE) == []
