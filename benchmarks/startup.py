"""The time to import the service, compared with its libraries."""

import re
import shlex
from collections import defaultdict
from functools import partial

from benchmarks.figures import Figure, compared, in_turn, shares
from benchmarks.workspace import Workspace, seconds
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.project import RenderedProject

ROUNDS = 15
PARTS = 8
SERVICE = "import app.main"
FASTAPI = "import fastapi"
# The modules of libraries that the application imports.
LIBRARIES = (
    "import fastapi, fastapi.security, pydantic_settings, sqlalchemy.ext.asyncio, sqlalchemy.orm, "
    "email_validator, jwt, pwdlib.hashers.argon2"
)
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def measure(workspace: Workspace) -> list[Figure]:
    """Return the import time in milliseconds, in total and for the slowest packages."""
    project = workspace.installed({"database": "sqlite", "auth": "password"})
    project = project.with_variables(**REQUIRED_SETTINGS)
    for statement in (SERVICE, LIBRARIES):
        _import(project, statement)  # writes the bytecode
    service, libraries, fastapi = in_turn(
        ROUNDS, *(partial(_import, project, statement) for statement in (SERVICE, LIBRARIES, FASTAPI))
    )
    return [
        compared("start-up: import app.main, compared with its libraries", "ms", service, libraries),
        compared("start-up: import app.main, compared with FastAPI", "ms", service, fastapi),
        *_parts(project),
    ]


def _import(project: RenderedProject, statement: str) -> float:
    """Return the milliseconds of a new process that executes `statement`."""
    return 1000 * seconds(lambda: project.run(f"uv run python -c {shlex.quote(statement)}"))


def _parts(project: RenderedProject) -> list[Figure]:
    printed = project.run(f"uv run python -X importtime -c {shlex.quote(SERVICE)}")
    milliseconds: dict[str, float] = defaultdict(float)
    for microseconds, module in LINE.findall(printed):
        milliseconds[module.partition(".")[0]] += int(microseconds) / 1000
    total = sum(milliseconds.values())
    return shares("start-up: package ", "ms", milliseconds.items(), total)[:PARTS]
