"""What the rendered service does under load, beside a bare service that does the same work in one file."""

from collections.abc import Callable
from functools import partial

from benchmarks.figures import Figure, compared, in_turn
from benchmarks.load import Load
from benchmarks.servers import Server, prepare_bare, prepare_rendered, started
from benchmarks.workshop import Workshop

ANSWERS = {"database": "sqlite", "auth": "password"}
ROUNDS = 7
SECONDS = 1.0
# As many as keep a service busy on one core; each waits for its response before it sends the next request.
CONNECTIONS = 8


def measure(workshop: Workshop) -> list[Figure]:
    """Return figures of both services, which run at once and are loaded in turn.

    Each is one process of the same server, with the same settings.
    """
    rendered = workshop.installed(ANSWERS)
    bare = rendered.copied(workshop.new_folder() / "bare")
    with (
        started(prepare_rendered(rendered), "app.main:app") as whole,
        started(prepare_bare(bare), "bare:app") as beside,
    ):
        memory = compared("service: memory at rest", "MiB", [whole.memory()], [beside.memory()])
        return [memory, *(figure for kind in whole.requests for figure in _loads(kind, whole, beside))]


def _loads(kind: str, rendered: Server, bare: Server) -> list[Figure]:
    """Return how many requests a second are served, and in which time."""
    measures = [partial(server.load, kind, CONNECTIONS, SECONDS) for server in (rendered, bare)]
    of_rendered, of_bare = in_turn(ROUNDS, *measures)

    def figure(name: str, unit: str, value: Callable[[Load], float]) -> Figure:
        return compared(f"service: {kind}, {name}", unit, [*map(value, of_rendered)], [*map(value, of_bare)])

    return [
        figure("requests per second", "/s", lambda load: load.requests_per_second),
        figure("median of the latency", "ms", lambda load: load.median),
        figure("99th percentile of the latency", "ms", lambda load: load.p99),
    ]
