"""Running services to measure: the rendered one, and a bare one that does the same work."""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.load import Load, Request, load, request
from benchmarks.workspace import Workspace
from tests.generate_and_run.conftest import LOGIN, REQUIRED_SETTINGS, USER
from tests.generate_and_run.database import database_url, postmaster_id
from tests.generate_and_run.service import Service, running
from tests.project import RenderedProject

BARE = Path(__file__).parent / "inside" / "bare.py"
ITEM = {"name": "Lamp", "price": "9.99"}


@dataclass(frozen=True)
class Server:
    """A running service with a user and an item, and the requests by kind.

    `database` is the process id of its database server, if it has one.
    """

    service: Service
    requests: Mapping[str, Request]
    database: int | None = None

    def load(self, kind: str, connections: int, seconds: float, *, refusals: bool = False) -> Load:
        """Send requests of a kind on several connections."""
        return load(self.service.port, self.requests[kind], connections, seconds, refusals=refusals)

    def memory(self) -> float:
        """Return the resident memory of the process in MiB."""
        (resident,) = [line for line in _proc(self.service.process.pid, "status").splitlines() if "VmRSS:" in line]
        return int(resident.split()[1]) / 1024

    def processor_time(self) -> float:
        """Return the processor seconds of the service."""
        return _seconds(self.service.process.pid)

    def processor_time_of_the_database(self) -> float:
        """Return the processor seconds of the database server and its child processes."""
        if self.database is None:
            return 0
        processes = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
        children = [process for process in processes if _parent(process) == self.database]
        return sum(map(_seconds, [self.database, *children]))


def _proc(pid: int, name: str) -> str:
    if sys.platform != "linux":
        raise OSError("the benchmarks need /proc, which only Linux has")
    return Path("/proc", str(pid), name).read_text(encoding="utf-8")


def _stat(pid: int) -> list[str]:
    """Return the fields after the process name in /proc/PID/stat (proc_pid_stat(5))."""
    return _proc(pid, "stat").rpartition(")")[2].split()


def _parent(pid: int) -> int | None:
    try:
        return int(_stat(pid)[1])
    except FileNotFoundError:  # the process has ended
        return None


def _seconds(pid: int) -> float:
    ticks = sum(map(int, _stat(pid)[11:15]))  # of the process and its ended children
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def rendered_and_bare(workspace: Workspace, database: str) -> Iterator[tuple[Server, Server]]:
    """Start both services with password auth, each with an empty database, and yield them."""
    project = workspace.installed({"database": database, "auth": "password"})
    bare = project.copied(workspace.new_folder() / "bare")
    with (
        configured(project, workspace.new_folder()) as rendered,
        configured(bare, workspace.new_folder()) as configured_bare,
        started(prepare_rendered(rendered), "app.main:app") as rendered_server,
        started(prepare_bare(configured_bare), "bare:app") as bare_server,
    ):
        yield rendered_server, bare_server


@contextmanager
def configured(project: RenderedProject, folder: Path) -> Iterator[RenderedProject]:
    """Yield the project with its required settings and an empty database: a file in `folder`, or a server."""
    with database_url(project, folder) as url:
        yield project.with_variables(**REQUIRED_SETTINGS, **url)


def prepare_rendered(project: RenderedProject) -> RenderedProject:
    """Migrate the database of a configured project, and return the project."""
    project.run("uv run alembic upgrade head")
    return project


def prepare_bare(project: RenderedProject) -> RenderedProject:
    """Add the bare service, which creates its own tables, to a configured project, and return the project."""
    project.write("bare.py", BARE.read_text(encoding="utf-8"))
    return project


@contextmanager
def started(project: RenderedProject, application: str) -> Iterator[Server]:
    """Start an application of a prepared project, such as `app.main:app`, in one process."""
    # Not with `uv run`, which would be the measured process.
    python = Path(project.variables["UV_PROJECT_ENVIRONMENT"]) / "bin" / "python"
    with running(project, shlex.join([str(python), "-m", "uvicorn", "--no-access-log", application])) as service:
        service.drain()
        url = project.variables["DATABASE_URL"]
        yield Server(service, _requests(service), postmaster_id(url) if url.startswith("postgresql") else None)


def _requests(service: Service) -> dict[str, Request]:
    """Create a user and an item, and return the requests."""
    service.post("/api/v1/auth/register", USER)
    token = service.post_form("/api/v1/auth/login", LOGIN).body["access_token"]
    created = service.post("/api/v1/items/", ITEM).body
    item_id = created.get("data", created)["id"]  # the bare service has no envelope
    form = "application/x-www-form-urlencoded"
    return {
        "greet": request("GET", "/", 200),
        "health": request("GET", "/health/live", 200),
        "who am I": request("GET", "/api/v1/users/me", 200, Authorization=f"Bearer {token}"),
        "read an item": request("GET", f"/api/v1/items/{item_id}", 200),
        "create an item": request("POST", "/api/v1/items/", 201, json.dumps(ITEM)),
        "login": request("POST", "/api/v1/auth/login", 200, urlencode(LOGIN), Content_Type=form),
    }
