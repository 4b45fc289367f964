"""The migrations, which create the tables of the models and can be undone."""

import asyncio
import importlib
import inspect
import json
import logging
import re
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from alembic import command
from alembic.config import main as alembic
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy import inspect as inspect_database
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import models
from app.core.config import settings
from app.database import Base
from tests.migrations import PYPROJECT, alembic_config, migrate


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect_database(sync).get_table_names()))


async def test_the_models_and_the_migrations_agree(empty_engine: AsyncEngine) -> None:
    await migrate(empty_engine)

    # Raises when a migration for a change of the models is missing.
    await asyncio.to_thread(command.check, alembic_config(empty_engine))


def test_every_model_is_known_to_alembic(monkeypatch: pytest.MonkeyPatch) -> None:
    # Alembic imports the package only: the table of a model that the package does not import would be dropped.
    imported: list[str] = []
    monkeypatch.setattr(importlib, "import_module", imported.append)

    importlib.reload(models)

    folder = Path(models.__path__[0])
    modules = [".".join(path.relative_to(folder).with_suffix("").parts) for path in folder.rglob("*.py")]
    names = {f"app.models.{module}".removesuffix(".__init__") for module in modules}
    assert {*imported, "app.models"} == names


# SQLAlchemy does not read others from a database, such as exclusion constraints.
KINDS = (CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint)


def constraints(metadata: MetaData, dialect: Dialect) -> set[str | None]:
    """Return the names of the constraints, in the form that the database stores."""
    found = [each for table in Base.metadata.tables for each in metadata.tables[table].constraints]
    return {dialect.identifier_preparer.format_constraint(each) for each in found if isinstance(each, KINDS)}


async def test_the_constraints_have_the_names_that_the_models_give_them(test_engine: AsyncEngine) -> None:
    # Alembic does not compare all of them, and a later migration can only drop one whose name it knows.
    migrated = MetaData()
    async with test_engine.connect() as connection:
        await connection.run_sync(migrated.reflect)

    assert constraints(migrated, test_engine.dialect) == constraints(Base.metadata, test_engine.dialect)


def test_every_kind_of_constraint_or_index_gets_a_name() -> None:
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    Table("parents", metadata, Column("id", Integer, primary_key=True))
    parent = Column("parent_id", ForeignKey("parents.id"), unique=True)
    number = Column("number", Integer, index=True)
    children = Table("children", metadata, Column("id", Integer, primary_key=True), parent, number)
    children.append_constraint(CheckConstraint("id > 0", name="positive"))

    assert {each.name for each in children.indexes} == {"ix_children_number"}
    assert {each.name for each in children.constraints} == {
        "pk_children",
        "fk_children_parent_id_parents",
        "uq_children_parent_id",
        "ck_children_positive",
    }


async def test_every_migration_can_be_undone_and_done_again(empty_engine: AsyncEngine) -> None:
    config = alembic_config(empty_engine)

    for script in reversed([*ScriptDirectory.from_config(config).walk_revisions()]):  # as they came, with each release
        await asyncio.to_thread(command.upgrade, config, script.revision)
    assert await tables(empty_engine) == {*Base.metadata.tables, "alembic_version"}

    await asyncio.to_thread(command.downgrade, config, "base")
    assert await tables(empty_engine) == {"alembic_version"}

    await asyncio.to_thread(command.upgrade, config, "head")
    await asyncio.to_thread(command.check, config)


def print_sql(engine: AsyncEngine) -> None:
    """Print the migrations as SQL: without ALTER TABLE, only until one copies a table, which needs the database."""
    with nullcontext() if engine.dialect.supports_alter else suppress(Exception):
        command.upgrade(alembic_config(engine), "head", sql=True)


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty_engine: AsyncEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(print_sql, empty_engine)
    first_transaction, *_ = capsys.readouterr().out.split("COMMIT;")
    *_, last = re.findall(r'CREATE TABLE "?(\w+)', first_transaction)
    async with empty_engine.begin() as connection:
        await connection.execute(text(f'CREATE TABLE "{last}" (id INTEGER)'))  # its name is taken

    with pytest.raises(DBAPIError):
        await migrate(empty_engine)

    assert await tables(empty_engine) == {last}


async def test_the_sql_of_the_migrations_is_one_transaction(
    empty_engine: AsyncEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    config = alembic_config(empty_engine)
    scripts = ScriptDirectory.from_config(config)
    (first,) = scripts.get_bases()

    await asyncio.to_thread(command.upgrade, config, first, sql=True)
    words = capsys.readouterr().out.split()
    assert (words[0], words[-1]) == ("BEGIN;", "COMMIT;")
    assert words.count("BEGIN;") == words.count("COMMIT;") == 1

    await asyncio.to_thread(print_sql, empty_engine)
    blocks = sum(inspect.getsource(script.module).count("autocommit_block(") for script in scripts.walk_revisions())
    assert capsys.readouterr().out.count("BEGIN;") == 1 + blocks


async def test_the_command_line_logs_like_the_service(
    empty_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "database_url", empty_engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(settings, "log_format", "json")
    monkeypatch.setattr(logging.root, "handlers", [])  # as in a new process

    await asyncio.to_thread(alembic, ["--config", str(PYPROJECT), "upgrade", "head"])

    messages = [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()]
    (first,) = ScriptDirectory.from_config(alembic_config(empty_engine)).get_bases()
    assert [message for message in messages if message.startswith(f"Running upgrade  -> {first}, ")]


def test_the_migrations_have_one_head(test_engine: AsyncEngine) -> None:
    # Two branches that each added a migration need `alembic merge`.
    assert len(ScriptDirectory.from_config(alembic_config(test_engine)).get_heads()) == 1
