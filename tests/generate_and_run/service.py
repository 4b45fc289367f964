"""A service that was really started, and how to talk to it over a socket."""

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from tests import commands
from tests.project import RenderedProject

# As in production.
START = "uv run python -m app"

# Seconds after which a process that should stop does not, however slow the machine is: it has five for its requests.
STOPPED = 60

LISTENING = re.compile(r"running on http://[\d.]+:(\d+)")


@dataclass(frozen=True)
class Answer:
    """The status and the JSON body of a response; None for an empty one."""

    status: int
    body: Any


@dataclass(frozen=True)
class Service:
    """A running service, on a port of this machine."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str, token: str | None = None) -> Answer:
        """Send a GET request."""
        return self._send(path, None, {"Authorization": f"Bearer {token}"} if token else {})

    def post(self, path: str, body: object) -> Answer:
        """Send a POST request with a JSON body."""
        return self._send(path, json.dumps(body), {"Content-Type": "application/json"})

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a POST request with the fields of a form."""
        return self._send(path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def connection(self) -> HTTPConnection:
        """Return a connection that is kept alive from one request to the next, if the service allows it."""
        return HTTPConnection("127.0.0.1", self.port, timeout=commands.DEADLINE)

    def sent(self, request: bytes) -> socket.socket:
        """Return a new connection on which a request, or some of it, was sent as it is."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=commands.DEADLINE)
        connection.sendall(request)
        return connection

    def drain(self) -> None:
        """Read what the service prints until it ends: after some hundred requests it would wait at a full pipe."""
        assert self.process.stdout is not None
        Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self, number: signal.Signals) -> str:
        """Send the process a signal, wait for its end and return what it printed since it listened.

        Raises TimeoutExpired when it takes longer than any supervisor would wait.
        """
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=STOPPED)
        return output

    def _send(self, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        with closing(self.connection()) as connection:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read()
            return Answer(response.status, json.loads(text) if text else None)


@contextmanager
def running(project: RenderedProject, command: str) -> Iterator[Service]:
    """Start the service by `command`, on a port that the system chooses, and yield it once it accepts requests."""
    with commands.started(f"{command} --port 0", project.path, project.variables) as process:
        port = _port(process)
        wait_until_it_accepts(process, port)
        yield Service(process, port)


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:  # ends with the process
        printed += line
        listening = LISTENING.search(printed)
        if listening and "Application startup complete" in printed:
            return int(listening[1])
    raise commands.CommandFailedError(f"the service did not start:\n{printed}")


def wait_until_it_accepts(process: subprocess.Popen[str], port: int) -> None:
    """Wait until a process accepts connections. Raises CommandFailedError with what it printed when it ends before."""
    # A service that reloads says that it has started a moment before it listens.
    while process.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
    raise commands.CommandFailedError(f"it ended before it listened:\n{process.communicate()[0]}")
