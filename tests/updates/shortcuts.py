"""Patches of Copier that cache or skip repeated work, which takes more than half of the time of an update.

The result is the same: a test compares it with an update by the command line, which is not patched.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType
from typing import Any
from unittest import mock

import jinja2
from copier import _template, _vcs
from copier._main import Worker

_compile = jinja2.Environment.compile
_compiled: dict[tuple[object, ...], CodeType] = {}
_clones = tempfile.TemporaryDirectory(prefix="copier-fastapi-clones-")  # removed when this process ends


@contextmanager
def shortcuts() -> Iterator[None]:
    """Apply the patches to renders and updates in this process."""
    with (
        mock.patch.object(jinja2.Environment, "compile", _compile_once),
        mock.patch.object(_template, "clone", _clone_once),
        # Starts a process for each file, and is only needed if core.fileMode is false.
        mock.patch.object(Worker, "_sync_git_index_executable_bit"),
    ):
        yield


def _compile_once(self: jinja2.Environment, source: Any, name: str | None = None, *arguments: Any) -> CodeType:
    # Copier compiles the patterns in `_exclude` and the parts of each path thousands of times.
    settings = self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline, *self.extensions
    key = (source, name, *arguments, *settings)
    if key not in _compiled:
        _compiled[key] = _compile(self, source, name, *arguments)
    return _compiled[key]


def _clone_once(url: str, ref: str, location: str) -> str:
    # An update clones the template five times. The folder `location` stays empty, and Copier removes it.
    del location
    return _clone(url, ref)


@cache
def _clone(url: str, ref: str) -> str:
    return _vcs.clone(url, ref, tempfile.mkdtemp(dir=_clones.name))
