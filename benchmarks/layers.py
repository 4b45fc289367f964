"""What the difference between the rendered service and a bare one is made of."""

import json
import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, in_turn, shares
from benchmarks.servers import prepare_bare, prepare_rendered
from benchmarks.workshop import Workshop
from tests.faults.planting import Change
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.project import RenderedProject

CALLS = Path(__file__).parent / "inside" / "calls.py"
ANSWERS = {"database": "sqlite", "auth": "password"}
ROUNDS = 3

ITEMS, MAIN = "app/api/routes/items.py", "app/main.py"
# What can be taken out of the rendered service, by what the table calls it.
LAYERS = {
    "HEAD, the envelope of a 413, and a line in the log": (
        Change(MAIN, "    app = Application(\n", "    app = FastAPI(\n"),
    ),
    "the limit of a body": (
        Change(MAIN, "    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_size)\n", ""),
    ),
    "the handlers of errors": (Change(MAIN, "    add_error_handlers(app)\n", ""),),
    "the envelope of data": (
        Change(ITEMS, '-> Success[ItemRead]:\n    """Create', '-> ItemRead:\n    """Create'),
        Change(ITEMS, '-> Success[ItemRead]:\n    """Return', '-> ItemRead:\n    """Return'),
        Change(ITEMS, "    return Success(data=data)\n", "    return data\n"),
    ),
    "the entity tag": (Change(ITEMS, '    response.headers["ETag"] = etag(data)\n', ""),),
}
EVERYTHING = tuple(change for changes in LAYERS.values() for change in changes)

Costs = Mapping[str, float]


def measure(workshop: Workshop) -> list[Figure]:
    """Return what a request costs in microseconds of a core, without the server, and the shares of the layers.

    A share is what the request costs less when the layer is taken out.
    """
    project = workshop.installed(ANSWERS)
    bare = prepare_bare(_with_database(project.copied(workshop.new_folder() / "bare")))
    whole = _prepared(workshop, project, ())
    variants = [_prepared(workshop, project, changes) for changes in (*LAYERS.values(), EVERYTHING)]
    rounds = in_turn(
        ROUNDS,
        partial(_costs, bare, "bare:app"),
        *(partial(_costs, variant, "app.main:app") for variant in (whole, *variants)),
    )
    cheapest = [{kind: min(costs[kind] for costs in of_one) for kind in of_one[0]} for of_one in rounds]
    return [figure for kind in cheapest[0] for figure in _figures(kind, [costs[kind] for costs in cheapest])]


def _prepared(workshop: Workshop, project: RenderedProject, changes: tuple[Change, ...]) -> RenderedProject:
    """Return a copy of the project with the changes. Raises LookupError when it does not have what they change."""
    variant = project.copied(workshop.new_folder() / "project")
    for change in changes:
        variant.replace_text(change.file, change.old, change.new)
    return prepare_rendered(_with_database(variant))


def _with_database(project: RenderedProject) -> RenderedProject:
    url = f"sqlite+aiosqlite:///{project.path / 'measured.db'}"
    return project.with_variables(**REQUIRED_SETTINGS, DATABASE_URL=url)


def _costs(project: RenderedProject, application: str) -> Costs:
    costs: Costs = json.loads(project.run(f"uv run python {shlex.quote(str(CALLS))} {application}", PYTHONPATH="."))
    return costs


def _figures(kind: str, microseconds: list[float]) -> list[Figure]:
    bare, whole, *without = microseconds
    layers = zip((*LAYERS, "all of these"), [whole - each for each in without], strict=True)
    name = f"layers: {kind}"
    return [Figure(name, whole, "us", bare, whole / bare), *shares(f"{name}, of it ", "us", layers, whole)]
