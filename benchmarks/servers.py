"""Services that are started to be measured: the rendered one, and a bare one that does the same work."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Load, Request, load, request
from tests.generate_and_run.conftest import SECRET_KEY
from tests.generate_and_run.service import Service, running
from tests.project import RenderedProject

BARE = Path(__file__).parent / "inside" / "bare.py"
USER = {"email": "me@example.com", "password": "TestPass123!", "name": "Me"}
FORM = "username=me@example.com&password=TestPass123!"
ITEM = '{"name": "Lamp", "price": "9.99"}'


@dataclass(frozen=True)
class Server:
    """A running service with a user and an item, and the requests to measure it with, by what they do."""

    service: Service
    requests: Mapping[str, Request]

    def load(self, kind: str, connections: int, seconds: float) -> Load:
        """Send requests of a kind for so many seconds, on so many connections at once."""
        return load(self.service.port, self.requests[kind], connections, seconds)

    def memory(self) -> float:
        """Return how much memory the process holds, in MiB."""
        if sys.platform != "linux":
            raise OSError("the memory of a process is read from /proc, which only Linux has")
        status = Path("/proc", str(self.service.process.pid), "status").read_text(encoding="utf-8")
        (held,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(held.split()[1]) / 1024


def prepare_rendered(project: RenderedProject) -> RenderedProject:
    """Return an installed project with its settings made, and a new database in its folder."""
    configured = _configured(project)
    configured.run("uv run alembic upgrade head")
    return configured


def prepare_bare(project: RenderedProject) -> RenderedProject:
    """Return the project with the bare service in it as `bare.py`, which makes its tables itself."""
    project.write("bare.py", BARE.read_text(encoding="utf-8"))
    return _configured(project)


def _configured(project: RenderedProject) -> RenderedProject:
    url = f"sqlite+aiosqlite:///{project.path / 'measured.db'}"
    return project.with_variables(SECRET_KEY=SECRET_KEY, DATABASE_URL=url)


@contextmanager
def started(project: RenderedProject, application: str) -> Iterator[Server]:
    """Start an application of a prepared project, such as `app.main:app`, in one process."""
    # Not by `uv run`, whose process would be the one whose memory is looked at.
    python = Path(project.variables["UV_PROJECT_ENVIRONMENT"]) / "bin" / "python"
    with running(project, shlex.join([str(python), "-m", "uvicorn", "--no-access-log", application])) as service:
        service.drain()
        yield Server(service, _requests(service))


def _requests(service: Service) -> dict[str, Request]:
    """Make a user and an item, and return the requests that use them."""
    service.post("/api/v1/auth/register", USER)
    created = service.post("/api/v1/items/", {"name": "Lamp", "price": "9.99"}).body
    item_id = created.get("data", created)["id"]  # the bare service has no envelope
    return {
        "root": request("GET", "/", 200),
        "read an item": request("GET", f"/api/v1/items/{item_id}", 200),
        "create an item": request("POST", "/api/v1/items/", 201, ITEM),
        "login": request("POST", "/api/v1/auth/login", 200, FORM, "application/x-www-form-urlencoded"),
    }
