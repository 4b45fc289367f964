"""A load generator: the same request over and over, on a number of connections that are kept open."""

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
    """A request, and the status of the response that it must get."""

    content: bytes
    status: int


@dataclass(frozen=True)
class Load:
    """What a service did under load. The latencies, of all responses, are in milliseconds."""

    requests: int
    requests_per_second: float
    median: float
    p99: float
    refused: float  # the share that was answered with 503


@dataclass
class _Responses:
    latencies: list[float] = field(default_factory=list)
    refused: int = 0


def request(method: str, path: str, status: int, body: str = "", **headers: str) -> Request:
    """Return a request with the fewest headers that HTTP/1.1 allows, and these; a body is JSON unless they say else."""
    if body:
        headers = {"Content_Type": "application/json", "Content_Length": f"{len(body.encode())}"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Request("\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", body]).encode(), status)


def load(port: int, request: Request, connections: int, seconds: float, *, refusals: bool = False) -> Load:
    """Send `request` for so many seconds on so many connections at once, each of which waits for its response.

    Raises ValueError for a response with another status, except for 503 when there may be `refusals`.
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
            raise ValueError(f"not the response that was expected, {request.status}: {head.decode()}")
        await reader.readexactly(int(length[1]))
        now = time.perf_counter()
        responses.latencies.append(now - sent)
        responses.refused += int(status[1]) != request.status
        sent = now
    writer.close()
    await writer.wait_closed()
