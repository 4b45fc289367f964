"""Work that the processes of one test run share."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

# The variable that names the folder of a run, to all its processes.
SHARED = "META_SUITE_FOLDER"


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return `folder`, which the first process to ask has filled by calling `make` with it; the others wait."""
    finished = folder.with_name(f"{folder.name}.finished")
    with FileLock(f"{folder}.lock"):
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what an attempt that failed has left
            make(folder)
            finished.touch()
    return folder


def digest(*parts: object) -> str:
    """Return a short name for what `parts`, which JSON can express, say: the same for the same."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
