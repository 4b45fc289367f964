"""What a run of this suite must not leave behind: processes that it started, such as a database server."""

import os

import psutil


def processes(variable: str, value: str) -> list[psutil.Process]:
    """Return the running processes, other than this one, in whose environment `variable` is `value`."""
    return [each for each in psutil.process_iter() if each.pid != os.getpid() and _has(each, variable, value)]


def _has(process: psutil.Process, variable: str, value: str) -> bool:
    try:
        return process.environ().get(variable) == value
    except psutil.Error:  # it has ended meanwhile, or is another user's
        return False
