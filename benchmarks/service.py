"""The rendered service under load, compared with a bare service that does the same work."""

from dataclasses import dataclass
from functools import partial

from benchmarks.figures import Figure, compared, comparing, in_turn
from benchmarks.load import Load
from benchmarks.servers import Server, rendered_and_bare
from benchmarks.workspace import Workspace

DATABASES = ("sqlite", "postgresql")
ROUNDS = 5
SECONDS = 1.0
CONNECTIONS = (4, 16, 64)
LOGINS = 20  # the maximum of simultaneous logins; `overload` measures more


@dataclass(frozen=True)
class Measured:
    """The result of a load, and the processor seconds of the service and its database server."""

    load: Load
    service: float
    database: float


def measure(workspace: Workspace) -> list[Figure]:
    """Return figures of both services, which are loaded alternately.

    Each is a single uvicorn process with the same settings and a database of its own.
    """
    return [figure for database in DATABASES for figure in _on(workspace, database)]


def _on(workspace: Workspace, database: str) -> list[Figure]:
    with rendered_and_bare(workspace, database) as servers:
        rendered, bare = (server.memory() for server in servers)
        memory = compared(f"service on {database}: memory at rest", "MiB", [rendered], [bare])
        pairs = [(kind, connections) for kind in servers[0].requests for connections in CONNECTIONS]
        loads = [(kind, connections) for kind, connections in pairs if kind != "login" or connections <= LOGINS]
        return [memory, *(figure for load in loads for figure in _figures(database, *load, *servers))]


def _figures(database: str, kind: str, connections: int, rendered: Server, bare: Server) -> list[Figure]:
    measures = [partial(_measured, server, kind, connections) for server in (rendered, bare)]
    figure = comparing(f"service on {database}: {kind}, {connections} connections", *in_turn(ROUNDS, *measures))
    figures = [
        figure("requests per second", "/s", lambda each: each.load.requests_per_second),
        figure("median of the latency", "ms", lambda each: each.load.median),
        figure("99th percentile of the latency", "ms", lambda each: each.load.p99),
        figure("processor time of 1,000 requests", "ms", lambda each: 1e6 * each.service / each.load.requests),
    ]
    if database == "postgresql":
        of_server = figure("the same for PostgreSQL", "ms", lambda each: 1e6 * each.database / each.load.requests)
        figures.append(of_server)
    return figures


def _measured(server: Server, kind: str, connections: int) -> Measured:
    service, database = server.processor_time(), server.processor_time_of_the_database()
    load = server.load(kind, connections, SECONDS)
    return Measured(load, server.processor_time() - service, server.processor_time_of_the_database() - database)
