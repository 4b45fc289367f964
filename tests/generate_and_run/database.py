"""Databases for services that tests start."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
