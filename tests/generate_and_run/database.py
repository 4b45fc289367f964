"""The databases that services run on when they are started, and not tested, by this layer."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import commands
from tests.project import RenderedProject

# The rendered tests' own way to a server. It lives until its standard input ends.
SERVER = """
import sys
from tests.postgresql_server import private_server
with private_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def database_url(project: RenderedProject, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the variable that names an empty database of the project's kind: a file in `folder`, a server, or none."""
    match project.answers["database"]:
        case "none":
            yield {}
        case "sqlite":
            yield {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'service.db'}"}
        case "postgresql":
            with postgresql_server(project) as url:
                yield {"DATABASE_URL": url}
        case other:
            raise LookupError(f"no way to make a database of the kind {other}")


@contextmanager
def postgresql_server(project: RenderedProject, deadline: float = commands.DEADLINE) -> Iterator[str]:
    """Yield the URL of a PostgreSQL server that is started for this and stopped afterwards, or after the deadline."""
    command = f"uv run python -c {shlex.quote(SERVER)}"
    with commands.started(command, project.path, project.variables, deadline) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url.startswith("postgresql"):
            raise commands.CommandFailedError(f"no PostgreSQL server: {url}\n{process.stdout.read()}")
        yield url
        process.communicate()  # ends its input
