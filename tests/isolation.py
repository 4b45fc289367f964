"""The environment of the tests: nothing of the user's, the machine's or a surrounding git hook's settings.

Copier takes a snapshot of the environment when it is imported, so this happens in `tests/__init__.py`, before that.
"""

import os
import tempfile
from pathlib import Path

import uv

_folder = tempfile.TemporaryDirectory(prefix="copier-fastapi-tests-")  # removed when this process ends

# A folder for the search path with uv alone: what is installed beside it must not be found by rendered projects.
PROGRAMS = Path(_folder.name, "programs")


def isolate() -> None:
    """Set what git and Copier read from the environment; drop what else they would read from it."""
    # In a git hook GIT_DIR and others point at this repository: git commands in rendered projects would change it.
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    # nox names its own environment here: `uv sync` in a rendered project would install into it and remove the rest.
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
