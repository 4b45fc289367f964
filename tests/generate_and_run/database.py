"""Databases for services that tests start."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests import commands
from tests.project import RenderedProject

# Starts the server of the rendered tests. It runs until its standard input is closed.
SERVER = """
import sys
from tests.postgresql_server import private_server
with private_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def database_url(project: RenderedProject, folder: Path) -> Iterator[dict[str, str]]:
    """Yield `DATABASE_URL` for an empty database: a file in `folder`, a new server, or nothing without a database."""
    match project.answers["database"]:
        case "none":
            yield {}
        case "sqlite":
            yield {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'service.db'}"}
        case "postgresql":
            with postgresql_server(project) as url:
                yield {"DATABASE_URL": url}
        case other:
            raise LookupError(f"unknown database: {other}")


def data_folder(url: str) -> Path:
    """Return the data folder of a PostgreSQL server that `database_url` has started. Its socket is there."""
    (folder,) = parse_qs(urlsplit(url).query)["host"]
    return Path(folder)


def postmaster_id(url: str) -> int:
    """Return the process id of a PostgreSQL server that `database_url` has started."""
    return int((data_folder(url) / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


@contextmanager
def postgresql_server(project: RenderedProject, deadline: float = commands.DEADLINE) -> Iterator[str]:
    """Start a PostgreSQL server and yield its URL. Stop it at the end, or after `deadline` seconds."""
    command = f"uv run python -c {shlex.quote(SERVER)}"
    with commands.started(command, project.path, project.variables, deadline) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url.startswith("postgresql"):
            raise commands.CommandFailedError(f"no PostgreSQL server: {url}\n{process.stdout.read()}")
        yield url
        process.communicate()  # closes its standard input
