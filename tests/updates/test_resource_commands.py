"""Resources: the example is copied, the copy is changed, the example is removed, and the project is updated."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import steps
from tests.combinations import Combination, one_of_each_pair
from tests.environments import Environments
from tests.generate_and_run.conftest import REQUIRED_SETTINGS
from tests.generate_and_run.database import database_url
from tests.generate_and_run.migrations import create_revision, run_migrations_up_and_down
from tests.generate_and_run.outcomes import outcomes
from tests.readme import commands_under, section_under
from tests.updates import next_release
from tests.updates.conftest import Copy
from tests.updates.project import OwnedProject
from tests.updates.repository import TemplateRepository

ORDERS = Path(__file__).parent / "orders"

SERIALLY = steps.TEST
IN_PARALLEL = f"{steps.TEST} -n 2 --cov=app --cov-fail-under=100"

# A table with rows that a migration inserts.
REFERENCE = "carriers_that_deliver_to_private_customers_in_rural_areas"


@dataclass(frozen=True)
class Database:
    """Handwritten parts of the migrations for one database."""

    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]
    # Added to the generated migration: at the end of the upgrade, and at the start and end of the downgrade.
    relation: str = ""
    before_downgrade: str = ""
    after_downgrade: str = ""


ROWS = f"INSERT INTO {REFERENCE} VALUES (1, 'Owl', 'GB'), (2, 'Stork', 'DE')"  # noqa: S608 - of constants
DELETE = f"DELETE FROM {REFERENCE}"  # noqa: S608 - of constants
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

# Additions to a resource without a database: the file, a text that occurs once, and the text to insert after it.
NOTE = (
    ("app/models/order.py", "    price: Decimal\n", "    note: str\n"),
    ("app/repositories/order.py", "Order(name=data.name, price=data.price", ", note=data.note"),
    (
        "app/repositories/order.py",
        "        order.name, order.price = data.name, data.price\n",
        "        order.note = data.note\n",
    ),
    ("app/schemas/order.py", "    price: Price\n", '    note: Annotated[str, Field(examples=["A gift."])] = ""\n'),
    ("app/schemas/order.py", "    price: Decimal\n", "    note: str\n"),
)


@pytest.fixture(params=[pytest.param(pair, id=pair.id) for pair in one_of_each_pair()])
def project(
    request: pytest.FixtureRequest,
    releases: TemplateRepository,
    next_releases: TemplateRepository,
    copy: Copy,
    environments: Environments,
) -> OwnedProject:
    """An installed project of each pair, whose template has a newer release."""
    pair: Combination = request.param
    owned = copy(releases.project(pair.answers)).with_template(next_releases.path)
    installed = environments.install(owned).with_variables(**REQUIRED_SETTINGS)
    installed.run("uv lock")
    installed.commit("Install")
    return installed


def test_own_resources_in_place_of_the_example(project: OwnedProject, tmp_path: Path) -> None:
    copy_example(project)
    assert_checks_and_tests_pass(project, IN_PARALLEL)

    change_orders(project)
    assert_checks_and_tests_pass(project, SERIALLY)

    remove_example(project)
    assert_checks_and_tests_pass(project, SERIALLY, IN_PARALLEL)
    if project.answers["database"] != "none":
        with database_url(project, tmp_path) as url:
            run_migrations_up_and_down(project.with_variables(**url))

    project.update()
    assert project.unmerged() == []
    assert project.deleted() == [next_release.REMOVED]
    assert files_of_the_example(project) == []
    assert_checks_and_tests_pass(project, IN_PARALLEL)


def copy_example(project: OwnedProject) -> None:
    """Copy the example with the command in the README, and with a name of two words."""
    (command,) = commands_under("Add a resource", project)
    for each in (command.replace(" order", " order_line"), command):
        project.run(each)
        project.commit("Add a resource")


def change_orders(project: OwnedProject) -> None:
    """Add fields or tables to the orders, with migrations."""
    if project.answers["database"] == "none":
        for file, old, new in NOTE:
            project.replace_text(file, old, f"{old}{new}")
    else:
        for name in project.files_like("test_order.py", "test_orders.py", "test_order_queries.py"):
            (project.path / name).unlink()
        for path in ORDERS.rglob("*.py"):
            project.write(path.relative_to(ORDERS).as_posix(), path.read_text())
        migrate(project)
    project.commit("Change the orders")


def migrate(project: OwnedProject) -> None:
    """Generate the migration of the orders again, and write one for views, triggers and rows."""
    database = DATABASES[project.answers["database"]]
    (copied,) = project.files_like("versions/*_add_orders.py")
    (project.path / copied).unlink()
    (command,) = re.findall(r"`(uv run python -m scripts\.migration .*?)`", section_under("Add a resource", project))
    new = create_revision(project, command)
    text = project.read(new)
    up, _, down = text.partition("def downgrade")
    up = up.replace("    # ### end Alembic", f"    {database.relation}\n    # ### end Alembic")
    down = down.replace("    # ### commands", f"    {database.before_downgrade}\n    # ### commands")
    project.write(new, f"{up}def downgrade{down.rstrip()}\n    {database.after_downgrade}\n".replace("\n    \n", "\n"))
    new = create_revision(project, "uv run python -m scripts.migration add the carriers")
    bodies = (
        "\n    ".join(f'op.execute(sa.text("""{each}"""))' for each in statements)
        for statements in (database.upgrade, database.downgrade)
    )
    project.write(new, re.sub(r"\bpass\b", lambda _match: next(bodies), project.read(new)))
    for command in ("uv run ruff check --fix", "uv run ruff format"):
        project.run(f"{command} migrations")


def remove_example(project: OwnedProject) -> None:
    """Remove the example with the command in the README."""
    (command,) = re.findall(r"`(uv run python .*?)`", section_under("Remove the example", project))
    assert files_of_the_example(project) != []
    project.run(command)
    project.commit("Remove the example")
    assert files_of_the_example(project) == []


def files_of_the_example(project: OwnedProject) -> list[str]:
    """Return the files of the example or with references to it, except its migrations."""
    code = [name for name in project.files_like("*.py") if name.startswith(("app/", "tests/"))]
    return [name for name in code if "item" in name or re.search(r"\bItem(\b|[A-Z])|/items", project.read(name))]


def assert_checks_and_tests_pass(project: OwnedProject, *runs: str) -> None:
    """Assert that the checks and the tests of the project pass."""
    for check in steps.CHECKS:
        project.run(check)
    for run in runs:
        assert outcomes(project.run(run)).keys() == {"passed"}
