"""Packages from npm."""

import os
import shutil
from pathlib import Path

from tests import commands
from tests.sharing import made_once


def installed(folder: Path, packages: str) -> Path:
    """Install packages into a folder, once per run, and return its `node_modules`."""
    if not shutil.which("npm"):
        raise LookupError("npm is not installed")

    def install(folder: Path) -> None:
        folder.mkdir()
        commands.run(f"npm install --silent --prefix {folder} {packages}", folder, {"PATH": os.environ["PATH"]})

    return made_once(folder, install) / "node_modules"
