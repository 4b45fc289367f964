"""The template, its questions, and how to render it."""

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
CACHES = re.compile(r"__pycache__|\..+_cache|\.venv|.+\.py[co]")

Answers = Mapping[str, Any]


def configuration() -> dict[str, Any]:
    """Return the settings and questions in `copier.yml`."""
    config: dict[str, Any] = yaml.safe_load((REPOSITORY / "copier.yml").read_text(encoding="utf-8"))
    return config


def questions() -> dict[str, dict[str, Any]]:
    """Return the questions that Copier asks, by name."""
    entries = configuration().items()
    asked = {name: entry for name, entry in entries if not name.startswith("_") and entry.get("when") is not False}
    return {name: entry for name, entry in asked.items() if entry.get("ask") is not False}


def template_files() -> list[Path]:
    """Return the files of the template, without caches of tools."""
    paths = [path.relative_to(TEMPLATE) for path in sorted(TEMPLATE.rglob("*")) if path.is_file()]
    return [path for path in paths if not any(CACHES.fullmatch(part) for part in path.parts)]


def rendered_paths() -> list[str]:
    """Return the paths of the template's files as they are in rendered projects."""
    paths = [path.as_posix().removesuffix(".jinja") for path in template_files()]
    return [path.replace("{{_copier_conf.answers_file}}", ANSWERS_FILE) for path in paths]


def copy_template(destination: Path) -> Path:
    """Copy the template in the working tree to the new folder `destination` and return the folder.

    Copier uses the files of a plain folder. From a repository, it would clone the newest tag for each render.
    """
    shutil.copytree(TEMPLATE, destination / "template")
    shutil.copy(REPOSITORY / "copier.yml", destination)
    return destination


def render(template: Path, answers: Answers, destination: Path, *, pretend: bool = False) -> dict[str, Any]:
    """Render `template` into `destination` and return all answers. Questions without an answer get their default.

    Raise ValueError for an answer that is refused.
    """
    with no_network():
        worker = copier.run_copy(
            str(template), destination, data=dict(answers), defaults=True, quiet=True, pretend=pretend
        )
    combined: dict[str, Any] = dict(worker.answers.combined)
    return combined


def copy_command(template: Path, destination: Path, answers: Answers) -> str:
    """Return the Copier command that does the same as `render`."""
    data = [f"--data={question}={answer}" for question, answer in answers.items()]
    return shlex.join([sys.executable, "-m", "copier", "copy", "--defaults", *data, str(template), str(destination)])


@contextmanager
def no_network() -> Iterator[None]:
    """Raise PermissionError whenever this process opens a network connection."""

    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise PermissionError("rendering must not use the network")

    with mock.patch.object(socket.socket, "connect", refuse), mock.patch.object(socket, "getaddrinfo", refuse):
        yield
