"""A load generator, which repeats a request on several connections."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from statistics import median, quantiles

STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) ")
CONTENT_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Request:
    """A request and the expected status of its response."""

    content: bytes
    status: int


@dataclass(frozen=True)
class Load:
    """The result of a load test. Latencies are in milliseconds and include refused requests."""

    requests: int
    requests_per_second: float
    median: float
    p99: float
    refused: float  # the share of responses with status 503


@dataclass
class _Responses:
    latencies: list[float] = field(default_factory=list)
    refused: int = 0


def request(method: str, path: str, status: int, body: str = "", **headers: str) -> Request:
    """Return a request with these headers. The body is JSON unless `Content_Type` is given."""
    if body:
        headers = {"Content_Type": "application/json", "Content_Length": f"{len(body.encode())}"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Request("\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", body]).encode(), status)


def load(port: int, request: Request, connections: int, seconds: float, *, refusals: bool = False) -> Load:
    """Send `request` repeatedly on each of the connections, waiting for each response.

    Raise ValueError for a response with an unexpected status. With `refusals`, status 503 is allowed.
    """
    return asyncio.run(_load(port, request, connections, seconds, refusals=refusals))


async def _load(port: int, request: Request, connections: int, seconds: float, *, refusals: bool) -> Load:
    allowed = {request.status} | ({HTTPStatus.SERVICE_UNAVAILABLE} if refusals else set())
    responses = _Responses()
    start = time.perf_counter()
    until = start + seconds
    await asyncio.gather(*(_repeat(port, request, allowed, until, responses) for _ in range(connections)))
    taken = time.perf_counter() - start
    number = len(responses.latencies)
    p99 = quantiles(responses.latencies, n=100, method="inclusive")[-1]
    return Load(
        number,
        (number - responses.refused) / taken,
        1000 * median(responses.latencies),
        1000 * p99,
        responses.refused / number,
    )


async def _repeat(port: int, request: Request, allowed: set[int], until: float, responses: _Responses) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = time.perf_counter()
    while sent < until:
        writer.write(request.content)
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = STATUS_LINE.match(head), CONTENT_LENGTH.search(head)
        if status is None or length is None or int(status[1]) not in allowed:
            raise ValueError(f"expected status {request.status}: {head.decode()}")
        await reader.readexactly(int(length[1]))
        now = time.perf_counter()
        responses.latencies.append(now - sent)
        responses.refused += int(status[1]) != request.status
        sent = now
    writer.close()
    await writer.wait_closed()
