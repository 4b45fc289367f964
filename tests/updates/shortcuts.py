"""What Copier does again and again in an update, and what these hundreds of updates leave out or do once.

It makes up more than half of the time and changes nothing in what is written: a test compares an update with one by the
command line, which takes no shortcuts.
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
    """Take the shortcuts in the renders and updates of this process."""
    with (
        mock.patch.object(jinja2.Environment, "compile", _compile_once),
        mock.patch.object(_template, "clone", _clone_once),
        # A process for each file, to support repositories whose core.fileMode is false. None is here.
        mock.patch.object(Worker, "_sync_git_index_executable_bit"),
    ):
        yield


def _compile_once(self: jinja2.Environment, source: Any, name: str | None = None, *arguments: Any) -> CodeType:
    # The patterns in `_exclude` and the parts of each path are compiled thousands of times.
    settings = self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline, *self.extensions
    key = (source, name, *arguments, *settings)
    if key not in _compiled:
        _compiled[key] = _compile(self, source, name, *arguments)
    return _compiled[key]


def _clone_once(url: str, ref: str, location: str) -> str:
    # An update clones the template five times. The folder `location`, which Copier removes afterwards, stays empty.
    del location
    return _clone(url, ref)


@cache
def _clone(url: str, ref: str) -> str:
    return _vcs.clone(url, ref, tempfile.mkdtemp(dir=_clones.name))
