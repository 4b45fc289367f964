"""Isolation from the settings of the user, the machine and a surrounding git hook.

Copier reads the environment when it is imported, so `tests/__init__.py` calls `isolate` before that.
"""

import os
import tempfile
from pathlib import Path

import uv

_folder = tempfile.TemporaryDirectory(prefix="copier-fastapi-tests-")  # removed when this process ends

# A folder with only uv, for the search path of rendered projects.
PROGRAMS = Path(_folder.name, "programs")


def isolate() -> None:
    """Replace the environment variables that git, Copier and uv read."""
    # In a git hook, GIT_DIR refers to this repository, and git commands in rendered projects would change it.
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    # nox sets this to its own environment, into which `uv sync` in a rendered project would install.
    os.environ.pop("UV_PROJECT_ENVIRONMENT", None)
    os.environ.update(_variables(Path(_folder.name)))
    PROGRAMS.mkdir()
    program = Path(uv.find_uv_bin())
    for name in ("uv", "uvx"):
        (PROGRAMS / name).symlink_to(program.with_name(name))


def _variables(folder: Path) -> dict[str, str]:
    gitconfig, settings = folder / "gitconfig", folder / "copier-settings.yml"
    gitconfig.write_text("[init]\ndefaultBranch = main\n")
    settings.write_text("{}\n")
    person = {"NAME": "Test", "EMAIL": "test@example.com"}
    return {
        **{f"GIT_AUTHOR_{name}": value for name, value in person.items()},
        **{f"GIT_COMMITTER_{name}": value for name, value in person.items()},
        "GIT_CONFIG_GLOBAL": str(gitconfig),
        "GIT_CONFIG_SYSTEM": os.devnull,
        "COPIER_SETTINGS_PATH": str(settings),
        "COPIER_CACHE_DIR": str(folder / "copier-cache"),
    }
