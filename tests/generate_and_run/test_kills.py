"""Services and database servers are killed while clients create items: every item with a 201 response is stored."""

import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import quote

import psutil
import pytest

from tests.generate_and_run.conftest import REQUIRED_SETTINGS, pairs
from tests.generate_and_run.database import data_folder, database_url, postmaster_id
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject

# Items do not depend on auth.
on_a_database = pairs(having="a database", auth="none")
on_postgresql = pairs(having="postgresql", auth="none")

CLIENTS = 4
KILLS = 5
ITEMS_BETWEEN_KILLS = 20

# The server of the tests does not wait until commits are written, unlike one in production.
DURABLE = f"&options={quote('-c synchronous_commit=on')}"

TERMINATE = """\
import asyncio, os, asyncpg
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"].replace("+asyncpg", "").partition("&options")[0])
    await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await connection.close()
asyncio.run(main())
"""


@dataclass
class Clients:
    """Clients that create items, and the names of those that the service acknowledged."""

    service: Service
    acknowledged: set[str] = field(default_factory=set)
    ended: bool = False
    progress: Condition = field(default_factory=Condition)

    def wait_for_more(self) -> None:
        """Wait until more items have been created."""
        with self.progress:
            enough = len(self.acknowledged) + ITEMS_BETWEEN_KILLS
            assert self.progress.wait_for(lambda: len(self.acknowledged) >= enough, timeout=120), "no items are created"

    def create_items(self, number: int) -> None:
        """Create items until `ended` is set."""
        for item in count():
            name = f"{number}-{item}"
            if self.ended:
                return
            try:
                created = self.service.post("/api/v1/items/", {"name": name, "price": "1.00"}).status == 201
            except (HTTPException, OSError, ValueError):  # the connection was lost
                continue
            if created:
                with self.progress:
                    self.acknowledged.add(name)
                    self.progress.notify_all()


@contextmanager
def creating_items(service: Service) -> Iterator[Clients]:
    """Run clients that create items in threads."""
    clients = Clients(service)
    threads = [Thread(target=clients.create_items, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        clients.ended = True
        for thread in threads:
            thread.join()


def stored(service: Service) -> set[str]:
    """Return the names of all items."""
    names: set[str] = set()
    path = "/api/v1/items/?limit=100"
    cursor = ""
    while True:
        page: dict[str, Any] = service.get(f"{path}{cursor}").body["data"]
        names |= {item["name"] for item in page["items"]}
        if page["next_cursor"] is None:
            return names
        cursor = f"&cursor={quote(page['next_cursor'])}"


@pytest.fixture
def project(pair: RenderedProject, tmp_path: Path) -> Iterator[RenderedProject]:
    """The project of the pair with a migrated database of its own."""
    with database_url(pair, tmp_path) as variables:
        url = variables["DATABASE_URL"]
        url += DURABLE if url.startswith("postgresql") else ""
        project = pair.copied(tmp_path / "project").with_variables(**REQUIRED_SETTINGS, DATABASE_URL=url)
        project.run("uv run alembic upgrade head")
        yield project


@on_a_database
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_no_item_is_lost_when_the_service_ends(project: RenderedProject, number: signal.Signals) -> None:
    with ExitStack() as services:

        def start() -> Service:
            service = services.enter_context(running(project, START))
            service.drain()
            return service

        with creating_items(start()) as clients:
            for _ in range(KILLS):
                clients.wait_for_more()
                os.killpg(clients.service.process.pid, number)
                clients.service = start()
            clients.wait_for_more()

        assert clients.acknowledged <= stored(clients.service)


@on_postgresql
def test_no_item_is_lost_when_connections_are_terminated(project: RenderedProject) -> None:
    assert_nothing_is_lost(project, lambda: project.run(f"uv run python -c {shlex.quote(TERMINATE)}"))


@on_postgresql
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "stopped"])
def test_no_item_is_lost_when_the_server_is_restarted(project: RenderedProject, number: signal.Signals) -> None:
    assert_nothing_is_lost(project, lambda: Postmaster.of(project).restart(number))


def assert_nothing_is_lost(project: RenderedProject, disturb: Callable[[], object]) -> None:
    with running(project, START) as service:
        service.drain()
        with creating_items(service) as clients:
            for _ in range(KILLS):
                clients.wait_for_more()
                disturb()
            clients.wait_for_more()

        assert clients.acknowledged <= stored(service)


@on_postgresql
def test_the_service_starts_without_its_database_and_recovers(project: RenderedProject) -> None:
    postmaster = Postmaster.of(project)
    postmaster.stop(signal.SIGINT)
    with running(project, START) as service:
        assert service.get("/health/live").status == 200
        assert service.get("/health/ready").status == 503
        assert service.get("/api/v1/items/").status == 503

        postmaster.start()

        assert service.get("/health/ready").status == 200
        assert service.get("/api/v1/items/").status == 200


@on_postgresql
def test_restart_of_the_server_between_two_requests_causes_no_error(project: RenderedProject) -> None:
    with running(project, START) as service:
        assert service.get("/api/v1/items/").status == 200

        Postmaster.of(project).restart(signal.SIGINT)

        assert service.get("/api/v1/items/").status == 200


@dataclass(frozen=True)
class Postmaster:
    """The main process of a PostgreSQL server, which can be restarted."""

    process: psutil.Process
    program: str
    folder: Path

    @classmethod
    def of(cls, project: RenderedProject) -> "Postmaster":
        """Return the postmaster of a project's database."""
        url = project.variables["DATABASE_URL"]
        process = psutil.Process(postmaster_id(url))
        return cls(process, process.exe(), data_folder(url))

    def stop(self, number: signal.Signals) -> None:
        """Send a signal, and wait until the server and the processes of its connections have ended."""
        processes = [self.process, *self.process.children(recursive=True)]
        self.process.send_signal(number)
        _, alive = psutil.wait_procs(processes, timeout=60)
        assert not alive

    def start(self) -> None:
        """Start the server as the owner of its files, and wait until it accepts connections."""
        program = Path(self.program).with_name("pg_ctl")
        user = self.folder.owner() if os.geteuid() == 0 else None
        command = [program, "start", "--wait", "--silent", "--pgdata", self.folder, "--log", self.folder / "log"]
        subprocess.run(command, check=True, cwd=self.folder.parent, user=user, extra_groups=[] if user else None)  # noqa: S603 - a fixed command

    def restart(self, number: signal.Signals) -> None:
        """Stop the server with a signal, and start it again."""
        self.stop(number)
        self.start()
