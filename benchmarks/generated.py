"""Tests and tables that are added to a rendered project to see how it bears growth."""

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.project import RenderedProject

# A test as people write them: through the client, with a row that is written, committed and read back.
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

# Each refers to the one before it, as tables do: what empties them must respect their order.
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


def add_tests(project: RenderedProject, count: int, file: str = "tests/test_generated.py") -> None:
    """Write `count` tests into a file."""
    project.write(file, TESTS.format(count=count))


def add_tables(project: RenderedProject, count: int) -> None:
    """Add `count` tables, and the migration that makes them."""
    revisions = [Path(name).name.partition("_")[0] for name in project.files_like("migrations/versions/*.py")]
    project.write("app/models/extra.py", TABLES.format(count=count))
    project.write("migrations/versions/9999_extra.py", MIGRATION.format(head=max(revisions)))
    project.write("app/models/__init__.py", project.read("app/models/__init__.py") + "from app.models import extra\n")


def seconds_of_a_test(project: RenderedProject, path: str) -> float:
    """Run the tests of `path` and return what one takes on average, with its fixtures, in seconds.

    The first and the last do not count: they also make the database and remove it.
    """
    report = project.path.with_name("report.xml")
    project.run(f"uv run pytest -p no:randomly -o junit_duration_report=total --junit-xml={report} {path}")
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - pytest wrote it just now
    durations = [float(case.attrib["time"]) for case in cases][1:-1]
    return sum(durations) / len(durations)
