"""A resource that is added as the README says, with the columns and relations that real ones have."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.migrations import go_up_down_and_up, new_revision
from tests.generate_and_run.outcomes import outcomes_of
from tests.project import RenderedProject
from tests.readme import section_under
from tests.steps import CHECKS, TEST

WALK = Path(__file__).parent / "walk"
RUNS = ["uv run pytest -p no:randomly", "uv run pytest -n 2", TEST]

IMPORT = "from app.repositories.item import ItemRepository\n"
DEPENDENCY = '''

async def get_order_repository(session: SessionDep) -> OrderRepository:
    """Return the orders in the database, on the session of the request."""
    return OrderRepository(session)


OrderRepositoryDep: TypeAlias = Annotated[OrderRepository, Depends(get_order_repository)]
'''

# The table whose rows a migration stores.
REFERENCE = "carriers_that_deliver_to_private_customers_in_rural_areas"


@dataclass(frozen=True)
class Database:
    """What an owner writes by hand for one database."""

    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]
    # In the migration that Alembic wrote: at the end of the upgrade, and at both ends of the downgrade.
    relation: str = ""
    before_downgrade: str = ""
    after_downgrade: str = ""


ROWS = f"INSERT INTO {REFERENCE} VALUES (1, 'Owl', 'GB'), (2, 'Stork', 'DE')"  # noqa: S608
DELETE = f"DELETE FROM {REFERENCE}"  # noqa: S608
VIEW = "CREATE VIEW order_numbers AS SELECT number FROM orders"
LOG = (
    "CREATE FUNCTION log_order() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN INSERT INTO order_log (message) VALUES (TG_OP); RETURN NULL; END $$"
)
DATABASES = {
    "sqlite": Database(
        upgrade=(
            ROWS,
            VIEW,
            "CREATE TRIGGER placed AFTER INSERT ON orders BEGIN INSERT INTO order_log (message) VALUES ('placed'); END",
            "CREATE TRIGGER kept BEFORE DELETE ON order_log BEGIN SELECT RAISE(ABORT, 'it is kept'); END",
        ),
        downgrade=("DROP TRIGGER kept", "DROP TRIGGER placed", "DROP VIEW order_numbers", DELETE),
    ),
    "postgresql": Database(
        upgrade=(
            ROWS,
            VIEW,
            LOG,
            "CREATE TRIGGER log AFTER INSERT OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION log_order()",
        ),
        downgrade=(
            "DROP TRIGGER log ON orders",
            "DROP FUNCTION log_order",
            "DROP VIEW order_numbers",
            DELETE,
        ),
        relation=(
            'op.create_foreign_key("fk_customers_favourite_id_orders", "customers", "orders", ["favourite_id"], ["id"])'
        ),
        before_downgrade='op.drop_constraint("fk_customers_favourite_id_orders", "customers")',
        after_downgrade='op.execute("DROP TYPE status")',
    ),
}


def steps(project: RenderedProject) -> list[str]:
    """Return the steps that the README has for a resource."""
    return re.findall(r"^\d\. (.*(?:\n   .*)*)", section_under("Add a resource", project), re.MULTILINE)


def add_resource(project: RenderedProject) -> None:
    """Take the steps of the README, in its order."""
    written = {path.relative_to(WALK).as_posix(): path.read_text() for path in WALK.rglob("*.py")}
    project.run("uv run alembic upgrade head")
    for step in steps(project):
        for name in re.findall(r"`([\w/]+\.py)`", step):
            if name in written:
                project.write(name, written.pop(name))
        for command in re.findall(r"`(uv run .*?)`", step):
            migrate(project, command)
        if "`app/api/deps.py`" in step:
            new = "from app.repositories.order import OrderRepository\n"
            project.replace_text("app/api/deps.py", IMPORT, IMPORT + new)
            project.write("app/api/deps.py", project.read("app/api/deps.py") + DEPENDENCY)
        if '`app.include_router(orders.router, prefix="/api/v1")`' in step:
            project.replace_text("app/main.py", "    items,\n", "    items,\n    orders,\n")
            include = '    app.include_router(items.router, prefix="/api/v1")\n'
            project.replace_text(
                "app/main.py", include, include + '    app.include_router(orders.router, prefix="/api/v1")\n'
            )
    assert written == {}


def migrate(project: RenderedProject, command: str) -> None:
    """Make the migration of the tables with the command of the README, and one without changes of the models."""
    database = DATABASES[project.answers["database"]]
    new = new_revision(project, command)
    text = project.read(new)
    up, _, down = text.partition("def downgrade")
    up = up.replace("    # ### end Alembic", f"    {database.relation}\n    # ### end Alembic")
    down = down.replace("    # ### commands", f"    {database.before_downgrade}\n    # ### commands")
    project.write(new, f"{up}def downgrade{down.rstrip()}\n    {database.after_downgrade}\n".replace("\n    \n", "\n"))
    project.run("uv run alembic upgrade head")
    new = new_revision(project, 'uv run alembic revision -m "add the carriers"')
    bodies = (
        "\n    ".join(f'op.execute(sa.text("""{each}"""))' for each in statements)
        for statements in (database.upgrade, database.downgrade)
    )
    project.write(new, re.sub(r"\bpass\b", lambda _match: next(bodies), project.read(new)))
    for tidy in ("uv run ruff check --fix", "uv run ruff format"):
        project.run(f"{tidy} migrations")


@pairs(having="a database")
def test_a_resource_that_is_added_as_the_readme_says_passes_all_checks(configured: RenderedProject) -> None:
    add_resource(configured)
    go_up_down_and_up(configured)
    for check in CHECKS:
        configured.run(check)
    for run in RUNS:
        assert outcomes_of(run, configured).keys() == {"passed"}
