"""That a run of this suite notices what it leaves running."""

import os
import subprocess
import sys

from tests.leftovers import processes

VARIABLE, VALUE = "LEFT_BY", f"test-{os.getpid()}"


def test_a_process_that_is_left_running_is_found_until_it_ends() -> None:
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, VARIABLE: VALUE}) as left:  # noqa: S603
        assert [each.pid for each in processes(VARIABLE, VALUE)] == [left.pid]
        left.communicate(b"\n")
    assert processes(VARIABLE, VALUE) == []
