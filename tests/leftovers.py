"""Processes that tests leave running, such as database servers."""

import os

import psutil


def processes(variable: str, value: str) -> list[psutil.Process]:
    """Return the other processes that have the environment variable `variable` with this value."""
    return [each for each in psutil.process_iter() if each.pid != os.getpid() and _has(each, variable, value)]


def _has(process: psutil.Process, variable: str, value: str) -> bool:
    try:
        return process.environ().get(variable) == value
    except psutil.Error:  # it ended meanwhile, or belongs to another user
        return False
