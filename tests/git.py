"""Git commands for the repositories of tests."""

import subprocess
from pathlib import Path

from tests.commands import CommandFailedError


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder` and return its standard output. Raise CommandFailedError unless it exits with 0."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False)  # noqa: S603, S607 - git, wherever it is
    if done.returncode:
        raise CommandFailedError(f"git {' '.join(arguments)}\nin {folder}:\n{done.stdout}{done.stderr}")
    return done.stdout


def commit(folder: Path, message: str) -> None:
    """Commit all changes in the repository, or an empty commit if there are none."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}")


def pack(folder: Path) -> None:
    """Pack the objects of the repository, which makes it faster to copy and clone."""
    git(folder, "gc", "--quiet")
