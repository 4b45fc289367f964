"""A load generator: the same request over and over, on a number of connections that are kept open."""

import asyncio
import re
import time
from dataclasses import dataclass
from statistics import median, quantiles

CONTENT_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Request:
    """A request, and the status of the response that it must get."""

    content: bytes
    status: int


@dataclass(frozen=True)
class Load:
    """What a service did under load. The latencies are in milliseconds."""

    requests_per_second: float
    median: float
    p99: float


def request(method: str, path: str, status: int, body: str = "", content_type: str = "application/json") -> Request:
    """Return a request with the fewest headers that HTTP/1.1 allows."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if body:
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body.encode())}"]
    return Request("\r\n".join([*lines, "", body]).encode(), status)


def load(port: int, request: Request, connections: int, seconds: float) -> Load:
    """Send `request` for so many seconds on so many connections at once, each of which waits for its response.

    Raises ValueError for a response with another status.
    """
    return asyncio.run(_load(port, request, connections, seconds))


async def _load(port: int, request: Request, connections: int, seconds: float) -> Load:
    latencies: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(*(_repeat(port, request, start + seconds, latencies) for _ in range(connections)))
    taken = time.perf_counter() - start
    p99 = quantiles(latencies, n=100, method="inclusive")[-1]
    return Load(len(latencies) / taken, 1000 * median(latencies), 1000 * p99)


async def _repeat(port: int, request: Request, until: float, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    expected = f"HTTP/1.1 {request.status} ".encode()
    sent = time.perf_counter()
    while sent < until:
        writer.write(request.content)
        head = await reader.readuntil(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(head)
        if not head.startswith(expected) or length is None:
            raise ValueError(f"not the response that was expected, {request.status}: {head.decode()}")
        await reader.readexactly(int(length[1]))
        now = time.perf_counter()
        latencies.append(now - sent)
        sent = now
    writer.close()
    await writer.wait_closed()
