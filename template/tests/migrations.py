"""Helpers to run the migrations."""

import asyncio
import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.memos import Memo

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def alembic_config(engine: AsyncEngine) -> Config:
    """Return the configuration of Alembic for the database of the engine."""
    config = Config(toml_file=PYPROJECT)
    config.attributes["database_url"] = engine.url.render_as_string(hide_password=False)
    return config


def copy_migrations(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Alembic use a copy of the migrations in `folder`. Return the folder of the versions."""
    versions = shutil.copytree(PYPROJECT.parent / "migrations", folder / "migrations") / "versions"
    monkeypatch.setattr("tests.migrations.PYPROJECT", Path(shutil.copy(PYPROJECT, folder)))
    return versions


async def migrate(engine: AsyncEngine) -> None:
    """Run the migrations. Alembic is synchronous and runs an event loop of its own."""
    await asyncio.to_thread(command.upgrade, alembic_config(engine), "head")


async def make_tables(engine: AsyncEngine) -> None:
    """Run the migrations, and create the table of the memos."""
    await migrate(engine)
    async with engine.begin() as connection:
        await connection.run_sync(Memo.metadata.create_all)
