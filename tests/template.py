"""The template as the tests see it: where it lies, its questions, and how it is rendered."""

import re
import shlex
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import copier
import yaml

REPOSITORY = Path(__file__).parent.parent
TEMPLATE = REPOSITORY / "template"
ANSWERS_FILE = ".copier-answers.yml"
LEFTOVERS = re.compile(r"__pycache__|\..+_cache|\.venv|.+\.py[co]")

Answers = Mapping[str, Any]


def configuration() -> dict[str, Any]:
    """Return `copier.yml` as it is written: settings and questions."""
    config: dict[str, Any] = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8"))
    return config


def questions() -> dict[str, dict[str, Any]]:
    """Return the questions of `copier.yml` that can be asked, by name."""
    entries = configuration().items()
    asked = {name: entry for name, entry in entries if not name.startswith("_") and entry.get("when") is not False}
    return {name: entry for name, entry in asked.items() if entry.get("ask") is not False}


def template_files() -> list[Path]:
    """Return the files of the template, without what tools have left among them."""
    paths = [path.relative_to(TEMPLATE) for path in sorted(TEMPLATE.rglob("*")) if path.is_file()]
    return [path for path in paths if not any(LEFTOVERS.fullmatch(part) for part in path.parts)]


def rendered_paths() -> list[str]:
    """Return the paths that the template's files would have in a project with every one of them."""
    paths = [path.as_posix().removesuffix(".jinja") for path in template_files()]
    return [path.replace("{{_copier_conf.answers_file}}", ANSWERS_FILE) for path in paths]


def copy_template(destination: Path) -> Path:
    """Copy the working tree's template to the new folder `destination`, and return that.

    Copier takes a plain folder as it is; of a repository it would take the newest tag, and clone it for each render.
    """
    shutil.copytree(TEMPLATE, destination / "template")
    shutil.copy(REPOSITORY / "copier.yml", destination)
    return destination


def render(template: Path, answers: Answers, destination: Path, *, pretend: bool = False) -> dict[str, Any]:
    """Render `template` to the folder `destination` with `answers`, and defaults for the rest, without a network.

    Returns all answers. Raises ValueError for an answer that is refused, and Copier's own errors.
    """
    with no_network():
        worker = copier.run_copy(
            str(template), destination, data=dict(answers), defaults=True, quiet=True, pretend=pretend
        )
    combined: dict[str, Any] = dict(worker.answers.combined)
    return combined


def copy_command(template: Path, destination: Path, answers: Answers) -> str:
    """Return the command line that renders `template` as `render` does."""
    data = [f"--data={question}={answer}" for question, answer in answers.items()]
    return shlex.join([sys.executable, "-m", "copier", "copy", "--defaults", *data, str(template), str(destination)])


@contextmanager
def no_network() -> Iterator[None]:
    """Make each attempt of this process to reach another one through a socket raise PermissionError."""

    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise PermissionError("rendering must not use the network")

    with mock.patch.object(socket.socket, "connect", refuse), mock.patch.object(socket, "getaddrinfo", refuse):
        yield
