"""Folders that the processes of a test run share."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

# The environment variable with the shared folder of a run.
SHARED = "META_SUITE_FOLDER"


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return `folder`, after creating it with `make` if no other process of the run has."""
    finished = folder.with_name(f"{folder.name}.finished")
    with FileLock(f"{folder}.lock"):
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)  # from a failed attempt
            make(folder)
            finished.touch()
    return folder


def digest(*parts: object) -> str:
    """Return a short hash of values that can be encoded as JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]
