"""The costs of single parts of the rendered service, compared with a bare one."""

import json
import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, in_turn, shares
from benchmarks.servers import prepare_bare, prepare_rendered
from benchmarks.workspace import Workspace
from tests.faults.changes import Change, apply
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.project import RenderedProject

CALLS = Path(__file__).parent / "inside" / "calls.py"
ANSWERS = {"database": "sqlite", "auth": "password"}
ROUNDS = 3

ITEMS, MAIN = "app/api/routes/items.py", "app/main.py"
# Parts of the service, and changes that remove them.
LAYERS = {
    "the middleware and the OpenAPI document of `Application`": (Change(MAIN, "create_app", "Application", "FastAPI"),),
    "the body size limit": (
        Change(
            MAIN,
            "create_app",
            "app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_size)",
            "",
        ),
    ),
    "the exception handlers": (Change(MAIN, "create_app", "add_error_handlers(app)", ""),),
    "the response envelope": (
        Change(ITEMS, "create_item", "Success[ItemRead]", "ItemRead"),
        Change(ITEMS, "read_item", "Success[ItemRead]", "ItemRead"),
        Change(ITEMS, "_with_etag", "Success(data=data)", "data"),
    ),
    "the ETag": (Change(ITEMS, "_with_etag", 'response.headers["ETag"] = etag(data)', ""),),
}
ALL_CHANGES = tuple(change for changes in LAYERS.values() for change in changes)

Costs = Mapping[str, float]


def measure(workspace: Workspace) -> list[Figure]:
    """Return the processor time of a request in microseconds, without a server, and the share of each layer.

    The share of a layer is the time that is saved by removing it.
    """
    project = workspace.installed(ANSWERS)
    bare = prepare_bare(_with_database(project.copied(workspace.new_folder() / "bare")))
    whole = _prepared(workspace, project, ())
    variants = [_prepared(workspace, project, changes) for changes in (*LAYERS.values(), ALL_CHANGES)]
    rounds = in_turn(
        ROUNDS,
        partial(_costs, bare, "bare:app"),
        *(partial(_costs, variant, "app.main:app") for variant in (whole, *variants)),
    )
    cheapest = [{kind: min(costs[kind] for costs in of_one) for kind in of_one[0]} for of_one in rounds]
    return [figure for kind in cheapest[0] for figure in _figures(kind, [costs[kind] for costs in cheapest])]


def _prepared(workspace: Workspace, project: RenderedProject, changes: tuple[Change, ...]) -> RenderedProject:
    """Return a copy of the project with the changes. Raise LookupError if it does not have the code to change."""
    variant = project.copied(workspace.new_folder() / "project")
    apply(variant, changes)
    return prepare_rendered(_with_database(variant))


def _with_database(project: RenderedProject) -> RenderedProject:
    url = f"sqlite+aiosqlite:///{project.path / 'measured.db'}"
    return project.with_variables(**REQUIRED_SETTINGS, DATABASE_URL=url)


def _costs(project: RenderedProject, application: str) -> Costs:
    output = project.run(f"uv run python {shlex.quote(str(CALLS))} {application}", PYTHONPATH=".")
    costs: Costs = json.loads(output.splitlines()[-1])  # after the access log
    return costs


def _figures(kind: str, microseconds: list[float]) -> list[Figure]:
    bare, whole, *without = microseconds
    layers = zip((*LAYERS, "all of these"), [whole - each for each in without], strict=True)
    name = f"layers: {kind}"
    return [Figure(name, whole, "us", bare, whole / bare), *shares(f"{name}, of it ", "us", layers, whole)]
