"""A service started in a process of its own, and a client for it."""

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

START = "uv run python -m app"

# Seconds. The service itself allows unfinished requests five seconds.
STOP_TIMEOUT = 60

LISTENING = re.compile(r"running on http://[\d.]+:(\d+)")


@dataclass(frozen=True)
class Response:
    """The status and the JSON body of a response. The body is None if it is empty."""

    status: int
    body: Any


@dataclass(frozen=True)
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str, token: str | None = None) -> Response:
        """Send a GET request."""
        return self._send(path, None, {"Authorization": f"Bearer {token}"} if token else {})

    def post(self, path: str, body: object) -> Response:
        """Send a POST request with a JSON body."""
        return self._send(path, json.dumps(body), {"Content-Type": "application/json"})

    def post_form(self, path: str, fields: Mapping[str, str]) -> Response:
        """Send a POST request with form fields."""
        return self._send(path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def connection(self) -> HTTPConnection:
        """Return a connection for several requests."""
        return HTTPConnection("127.0.0.1", self.port, timeout=commands.DEADLINE)

    def send_raw(self, request: bytes) -> socket.socket:
        """Send the bytes of a request, or a part of it, and return the connection."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=commands.DEADLINE)
        connection.sendall(request)
        return connection

    def drain(self) -> None:
        """Discard the output of the service, which would otherwise block when the pipe is full."""
        assert self.process.stdout is not None
        Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self, number: signal.Signals) -> str:
        """Send a signal to the process, wait until it ends and return its output since it started to listen.

        Raise TimeoutExpired if it does not end in time.
        """
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=STOP_TIMEOUT)
        return output

    def _send(self, path: str, body: str | None, headers: Mapping[str, str]) -> Response:
        with closing(self.connection()) as connection:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read()
            return Response(response.status, json.loads(text) if text else None)


@contextmanager
def running(project: RenderedProject, command: str) -> Iterator[Service]:
    """Start the service with `command` on a free port and yield it when it accepts requests."""
    with commands.started(f"{command} --port 0", project.path, project.variables) as process:
        port = _port(process)
        wait_until_accepting(process, port)
        yield Service(process, port)


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        listening = LISTENING.search(printed)
        if listening and "Application startup complete" in printed:
            return int(listening[1])
    raise commands.CommandFailedError(f"the service did not start:\n{printed}")


def wait_until_accepting(process: subprocess.Popen[str], port: int) -> None:
    """Wait until a process accepts connections. Raise CommandFailedError with its output if it ends first."""
    # A service with auto-reload prints that it has started shortly before it listens.
    while process.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
    raise commands.CommandFailedError(f"the process ended before it accepted connections:\n{process.communicate()[0]}")
