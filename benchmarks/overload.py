"""The rendered service under overload, compared with a bare service."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from benchmarks.figures import Figure, comparing, in_turn
from benchmarks.load import Load
from benchmarks.servers import Server, rendered_and_bare
from benchmarks.workspace import Workspace

DATABASE = "postgresql"
KINDS = ("read an item", "login")
CONNECTIONS = (1, 10, 100, 500)
ROUNDS = 3
SECONDS = 3.0


@dataclass(frozen=True)
class Measured:
    """The results of the load and of simultaneous health checks, and the memory in MiB afterwards."""

    load: Load
    health: Load
    memory: float


def measure(workspace: Workspace) -> list[Figure]:
    """Return figures of both services, which are loaded alternately."""
    with rendered_and_bare(workspace, DATABASE) as servers:
        loads = [(kind, connections) for kind in KINDS for connections in CONNECTIONS]
        return [figure for load in loads for figure in _figures(*load, *servers)]


def _figures(kind: str, connections: int, rendered: Server, bare: Server) -> list[Figure]:
    measures = [partial(_measured, server, kind, connections) for server in (rendered, bare)]
    figure = comparing(f"overload: {kind}, {connections} connections", *in_turn(ROUNDS, *measures))
    return [
        figure("requests served per second", "/s", lambda each: each.load.requests_per_second),
        figure("responses with 503 per 1,000", "", lambda each: 1000 * each.load.refused),
        figure("median of the latency", "ms", lambda each: each.load.median),
        figure("99th percentile of the latency", "ms", lambda each: each.load.p99),
        figure("99th percentile of the health check", "ms", lambda each: each.health.p99),
        figure("memory", "MiB", lambda each: each.memory),
    ]


def _measured(server: Server, kind: str, connections: int) -> Measured:
    with ThreadPoolExecutor() as threads:
        health = threads.submit(server.load, "health", 1, SECONDS)
        load = server.load(kind, connections, SECONDS, refusals=True)
        return Measured(load, health.result(), server.memory())
