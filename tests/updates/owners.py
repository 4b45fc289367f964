"""Scripted edits of owners between two updates."""

import ast
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import PurePath

from tests.updates.comparison import Edits, last_edits
from tests.updates.project import OwnedProject


@dataclass(frozen=True)
class ListEnd:
    """Lines that an owner adds at the end of a list in a file.

    The list is between the lines `opening` and `closing`, which default to the start and the end of the file.
    """

    file: str
    added: str
    opening: str | None = None
    closing: str | None = None

    def append(self, project: OwnedProject) -> None:
        """Add the lines to the list."""
        lines = project.read(self.file).splitlines()
        start = lines.index(self.opening) + 1 if self.opening is not None else 0
        end = lines.index(self.closing, start) if self.closing is not None else len(lines)
        project.write(self.file, "\n".join([*lines[:end], self.added, *lines[end:]]) + "\n")


LIST_ENDS = (
    ListEnd("pyproject.toml", '    { include-group = "docs" },', "dev = [", "]"),
    ListEnd("pyproject.toml", '    "nodeenv>=1,<2",', "lint = [", "]"),
    ListEnd("pyproject.toml", 'docs = ["click>=8"]', "[dependency-groups]", ""),
    ListEnd("pyproject.toml", '    "FIX",     # our notes', "ignore = [", "]"),
    ListEnd("pyproject.toml", '"tools/**" = ["T20"]  # tools print', "[tool.ruff.lint.per-file-ignores]", ""),
    ListEnd("pyproject.toml", "\n[tool.ours]\nkey = true"),
    ListEnd(".env.example", "\n# OUR_SETTING=1"),
    ListEnd(".gitignore", "our-data/"),
    ListEnd(".gitattributes", "*.png binary"),
    ListEnd(
        ".pre-commit-config.yaml", "      - id: ours\n        name: ours\n        entry: ours\n        language: system"
    ),
    ListEnd(".dockerignore", "!ours"),
    ListEnd("README.md", "| `OUR_SETTING` | 1 | ours |", "| variable | default | meaning |", ""),
    ListEnd("README.md", "6. Tell the others.", "## Add a resource", "## Update from the template"),
    ListEnd("README.md", "\n## Ours\n\nOur own notes."),
    ListEnd("AGENTS.md", "uv run python -m ours     # ours", "## Commands", "```"),
    ListEnd("AGENTS.md", "- Deploy on a Friday."),
    ListEnd("app/api/deps/items.py", '\n\nOurSettingDep: TypeAlias = Annotated[str, Depends(lambda: "ours")]'),
    ListEnd("app/core/exceptions.py", '\n\nclass OurError(AppError):\n    """Ours."""\n\n    code = "OURS"'),
    ListEnd("tests/conftest.py", '\n\n@pytest.fixture\ndef ours() -> int:\n    """Ours."""\n    return 1'),
    ListEnd(".github/workflows/ci.yml", "      - run: echo our lint step", "  lint:", ""),
    ListEnd(".github/workflows/ci.yml", "      - run: echo our test step"),
    ListEnd(".gitlab-ci.yml", "    - echo our lint step", "lint:", ""),
    ListEnd(".gitlab-ci.yml", "\nours:\n  script:\n    - echo our job"),
)


def append_to_lists(project: OwnedProject) -> Edits:
    """Add a line at the end of each list that an option may change, commit, and return the edits."""
    for end in LIST_ENDS:
        if (project.path / end.file).exists():
            end.append(project)
    add_dependencies(project)
    add_setting(project)
    add_router(project)
    if (project.path / "compose.yaml").exists():
        add_container(project)
    return committed(project)


def add_dependencies(project: OwnedProject) -> None:
    """Add dependencies with `uv add`, which keeps sorted lists sorted. They are already transitive dependencies."""
    project.run("uv add --frozen 'click>=8,<9' 'annotated-types>=0.6,<1'")
    project.run("uv add --frozen --group test 'pluggy>=1,<2' 'iniconfig>=2,<3'")


def add_setting(project: OwnedProject) -> None:
    """Add a field at the end of the settings."""
    text = project.read("app/core/config.py")
    (settings,) = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
    last = [node for node in settings.body if isinstance(node, ast.AnnAssign)][-1]
    _insert_line(project, "app/core/config.py", last.end_lineno or 0, "    our_setting: int = 1  # ours")


def add_router(project: OwnedProject) -> None:
    """Add a route that returns the added setting, include its router after the last one, and add a test."""
    project.write("app/api/routes/orders.py", ORDERS_ROUTES)
    project.write("tests/api/test_orders.py", ORDERS_TESTS)
    lines = project.read("app/main.py").splitlines()
    last = max(number for number, line in enumerate(lines, start=1) if re.search(r"app\.include_router\(", line))
    _insert_line(project, "app/main.py", last, '    app.include_router(orders.router, prefix="/api/v1")')
    first = next(number for number, line in enumerate(lines) if line.startswith("from app.api.routes import"))
    _insert_line(project, "app/main.py", first, "from app.api.routes import orders")
    format_code(project)


def add_container(project: OwnedProject) -> None:
    """Add a service at the end of `compose.yaml`."""
    lines = project.read("compose.yaml").splitlines()
    start = lines.index("services:") + 1
    of_services = [line.startswith(" ") or not line for line in lines[start:]]
    count = of_services.index(False) if False in of_services else len(of_services)
    last = max(number for number, line in enumerate(lines[: start + count], start=1) if line)
    _insert_line(project, "compose.yaml", last, "\n  cache:\n    image: valkey/valkey:9")


def add_table(project: OwnedProject) -> Edits:
    """Add a model and the migration of its table, commit, and return the edits."""
    project.write("app/models/order.py", ORDER_MODEL)
    project.write("migrations/versions/add_orders.py", ORDER_MIGRATION.format(parent=_head(project)))
    format_code(project)
    return committed(project)


def _head(project: OwnedProject) -> str:
    """Return the last revision of the migrations."""
    texts = [project.read(name) for name in project.files_like("migrations/versions/*.py")]
    parents = {found for text in texts for found in re.findall(r'^down_revision = "(.+)"$', text, re.MULTILINE)}
    (head,) = {found for text in texts for found in re.findall(r'^revision = "(.+)"$', text, re.MULTILINE)} - parents
    return head


def edit(project: OwnedProject, name: str, old: str, new: str) -> Edits:
    """Replace text that occurs once in a file, commit, and return the edits."""
    project.replace_text(name, old, new)
    return committed(project)


def append(project: OwnedProject, name: str, line: str) -> Edits:
    """Add a line at the end of a file, commit, and return the edits."""
    project.write(name, f"{project.read(name)}{line}\n")
    return committed(project)


def rename(project: OwnedProject, old: str, new: str) -> Edits:
    """Rename a module and update its imports, commit, and return the edits."""
    (project.path / old).rename(project.path / new)
    for name in project.files_like("*.py"):
        text = project.read(name)
        project.write(name, text.replace(_module(old), _module(new)))
    format_code(project)
    return committed(project)


def _module(file: str) -> str:
    return PurePath(file).with_suffix("").as_posix().replace("/", ".")


def delete(project: OwnedProject, *patterns: str) -> Edits:
    """Delete the files that match the patterns, commit, and return the edits."""
    for name in project.files_like(*patterns):
        (project.path / name).unlink()
    return committed(project)


def format_code(project: OwnedProject) -> None:
    """Sort the imports and format the code, as pre-commit does."""
    for command in ("check --fix --select I,RUF022", "format"):
        arguments = [sys.executable, "-m", "ruff", *shlex.split(command), "--no-cache", "--quiet", "."]
        subprocess.run(arguments, cwd=project.path, check=True)  # noqa: S603 - a command of the tests


def committed(project: OwnedProject) -> Edits:
    """Commit all changes and return the edits."""
    project.commit("Work")
    return last_edits(project)


def _insert_line(project: OwnedProject, name: str, after: int, line: str) -> None:
    lines = project.read(name).splitlines()
    project.write(name, "\n".join([*lines[:after], line, *lines[after:]]) + "\n")


ORDERS_ROUTES = '''"""Orders: the owner's own resource."""

from fastapi import APIRouter

from app.core.config import settings
from app.schemas.envelope import Success

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("/")
async def count_orders() -> Success[int]:
    """Return how many orders there are."""
    return Success(data=settings.our_setting)
'''

ORDERS_TESTS = '''"""The owner's own resource."""

from httpx2 import AsyncClient


async def test_count_orders(client: AsyncClient, ours: int) -> None:
    response = await client.get("/api/v1/orders/")

    assert response.json() == {"success": True, "data": ours}
'''

ORDER_MODEL = '''"""The table of the orders."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note: Mapped[str]
'''

ORDER_MIGRATION = '''"""Create the table of the orders.

Revision ID: orders
Revises: {parent}
"""

import sqlalchemy as sa
from alembic import op

revision = "orders"
down_revision = "{parent}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("orders")
'''
