"""Git, on the repositories that tests make."""

import subprocess
from pathlib import Path

from tests.commands import CommandFailedError


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder` and return what it printed. Raises CommandFailedError unless it exits with 0."""
    # Not through tests.commands: what git says on its standard error is no part of a list of files.
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False)  # noqa: S603, S607
    if done.returncode:
        raise CommandFailedError(f"git {' '.join(arguments)}\nin {folder}:\n{done.stdout}{done.stderr}")
    return done.stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything in the repository that it does not ignore, also when nothing has changed."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}")


def pack(folder: Path) -> None:
    """Put the objects of the repository into one file: it is about to be copied or cloned many times."""
    git(folder, "gc", "--quiet")
