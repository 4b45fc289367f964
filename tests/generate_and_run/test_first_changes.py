"""The tests of a rendered project after the first changes that its owner makes: they fail only for what is gone."""

from pathlib import Path

import pytest

from tests.combinations import one_of_each_pair
from tests.generate_and_run.migrations import create_revision
from tests.generate_and_run.outcomes import outcomes
from tests.ownership import feature
from tests.project import RenderedProject

PAIRS = {"none-oidc", "sqlite-none", "postgresql-password"}

MODEL = '''\
"""A model of the owner."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class {name}(Base):
    """A table whose name the tests must not use."""

    __tablename__ = "{table}"
    __table_args__ = (Index("ix_{table}_title_lower", text("lower(title)"), unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
'''

INDEXES = """\
    for table in ("notes", "bills"):
        op.create_index(f"ix_{table}_title_lower", table, [sa.text("lower(title)")], unique=True)
"""

END = "    # ### end Alembic commands ###\n\n\ndef downgrade"
GREETING = '''\
async def read_root() -> dict[str, str]:
    """Return a greeting."""
    return {"message": "Hello World"}


'''
TESTS_OF_THE_GREETING = (
    "tests/api/test_endpoints.py::test_read_root",
    "tests/api/test_openapi.py::test_an_operation_declares_the_failures_of_every_request[GET /-root]",
)


def add_models(project: RenderedProject) -> None:
    """Add a model, one in a package, and a module whose name begins with an underscore, with a migration."""
    project.write("app/models/note.py", MODEL.format(name="Note", table="notes"))
    project.write("app/models/billing/__init__.py", "")
    project.write("app/models/billing/bill.py", MODEL.format(name="Bill", table="bills"))
    project.write("app/models/_mixins.py", "")
    migration = create_revision(project, 'uv run python -m scripts.migration "add notes and bills"')
    if feature("sqlite").is_in(project.recorded_answers()):  # where Alembic does not generate these indexes
        project.replace_text(migration, END, INDEXES + END)


@pytest.mark.parametrize(
    "pair", [pytest.param(each, id=each.pair) for each in one_of_each_pair() if each.pair in PAIRS], indirect=True
)
def test_tests_pass_after_the_first_changes(pair: RenderedProject, tmp_path: Path) -> None:
    project = pair.copied(tmp_path / "project")
    project.replace_text("app/main.py", GREETING, "")
    project.replace_text("app/main.py", '    app.add_api_route("/", read_root, tags=["root"])\n', "")
    project.replace_text("app/lifespan.py", "from contextlib import", "import logging\nfrom contextlib import")
    project.replace_text("app/lifespan.py", "    yield\n", '    logging.getLogger("app").info("Started")\n    yield\n')
    if feature("a database").is_in(project.recorded_answers()):
        add_models(project)
    deselected = " ".join(f"--deselect '{test}'" for test in TESTS_OF_THE_GREETING)
    assert outcomes(project.run(f"uv run pytest -n 2 {deselected}")).keys() == {"passed"}
