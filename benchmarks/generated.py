"""Generated tests and tables, added to rendered projects."""

import json
from pathlib import Path
from statistics import median

from benchmarks.workspace import seconds
from tests.project import RenderedProject

# A typical test: it writes, commits and reads a row through the client.
TESTS = """
import pytest
from httpx2 import AsyncClient


@pytest.mark.parametrize("number", range({count}))
async def test_create_and_read(client: AsyncClient, number: int) -> None:
    created = await client.post("/api/v1/items/", json={{"name": f"Item {{number}}", "price": 1}})
    assert created.status_code == 201
    read = await client.get(f"/api/v1/items/{{created.json()['data']['id']}}")
    assert read.json() == created.json()
"""

# Each table refers to the previous one, so rows must be deleted in order.
TABLES = """
from sqlalchemy import Column, ForeignKey, Integer, Table

from app.database import Base

for number in range({count}):
    other = ForeignKey(f"extra_{{number - 1}}.id") if number else None
    Table(f"extra_{{number}}", Base.metadata, Column("id", Integer, primary_key=True), Column("other", Integer, other))
"""

MIGRATION = """
from alembic import op

from app.models.extra import Base

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("extra_"):
            table.create(op.get_bind())


def downgrade() -> None:
    for table in reversed(Base.metadata.sorted_tables):
        if table.name.startswith("extra_"):
            table.drop(op.get_bind())
"""

# A pytest plugin. The reports of pytest have milliseconds only, of which a test takes a few.
DURATIONS = """
import json
from collections import defaultdict
from pathlib import Path

import pytest

seconds = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    seconds[report.nodeid] += report.duration


def pytest_sessionfinish() -> None:
    Path("durations.json").write_text(json.dumps([*seconds.values()]))
"""


def add_tests(project: RenderedProject, count: int, file: str = "") -> None:
    """Write `count` tests into a file, by default the one that `seconds_of_tests` runs."""
    project.write(file or _file(count), TESTS.format(count=count))


def seconds_of_tests(project: RenderedProject, count: int, arguments: str = "") -> float:
    """Run the file with `count` tests and return the wall time in seconds."""
    return seconds(lambda: project.run(f"uv run pytest {_file(count)} {arguments}"))


def _file(count: int) -> str:
    return f"tests/test_generated_{count}.py"


def add_tables(project: RenderedProject, count: int) -> None:
    """Add `count` tables, and a migration that creates them."""
    revisions = [Path(name).name.partition("_")[0] for name in project.files_like("migrations/versions/*.py")]
    project.write("app/models/extra.py", TABLES.format(count=count))
    project.write("migrations/versions/9999_extra.py", MIGRATION.format(head=max(revisions)))


def seconds_of_a_test(project: RenderedProject, path: str) -> float:
    """Run the tests in `path` and return the median seconds of a test, including its fixtures."""
    project.write("durations.py", DURATIONS)
    project.run(f"uv run python -m pytest -p durations -p no:randomly {path}")
    return median(json.loads(project.read("durations.json")))
