"""What the start of the service costs: importing it, beside importing the libraries that it is made of."""

import re
import shlex
from collections import defaultdict
from functools import partial

from benchmarks.figures import Figure, compared, in_turn, shares
from benchmarks.workshop import Workshop, seconds
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.project import RenderedProject

ROUNDS = 15
PARTS = 8
SERVICE = "import app.main"
FASTAPI = "import fastapi"
# What the application imports of others; no more of each than that.
LIBRARIES = (
    "import fastapi, fastapi.security, pydantic_settings, sqlalchemy.ext.asyncio, sqlalchemy.orm, "
    "email_validator, jwt, pwdlib.hashers.argon2"
)
URLS = {"none": "", "sqlite": "sqlite:///never.db", "postgresql": "postgresql://never/"}
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def measure(workshop: Workshop) -> list[Figure]:
    """Return figures in milliseconds: the whole, and the parts of it that take most, by the package they are in."""
    project = workshop.installed({"database": "sqlite", "auth": "password"})
    project = project.with_variables(**REQUIRED_SETTINGS)
    for statement in (SERVICE, LIBRARIES):
        _import(project, statement)  # compiles what is imported
    service, libraries, fastapi = in_turn(
        ROUNDS, *(partial(_import, project, statement) for statement in (SERVICE, LIBRARIES, FASTAPI))
    )
    return [
        compared("start-up: import app.main, beside its libraries alone", "ms", service, libraries),
        compared("start-up: import app.main, beside FastAPI alone", "ms", service, fastapi),
        *_parts(project),
    ]


def _import(project: RenderedProject, statement: str) -> float:
    """Return how many milliseconds a new process that executes `statement` takes."""
    return 1000 * seconds(lambda: project.run(f"uv run python -c {shlex.quote(statement)}"))


def _parts(project: RenderedProject) -> list[Figure]:
    printed = project.run(f"uv run python -X importtime -c {shlex.quote(SERVICE)}")
    milliseconds: dict[str, float] = defaultdict(float)
    for microseconds, module in LINE.findall(printed):
        milliseconds[module.partition(".")[0]] += int(microseconds) / 1000
    total = sum(milliseconds.values())
    return shares("start-up: modules of ", "ms", milliseconds.items(), total)[:PARTS]
