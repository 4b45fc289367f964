"""Alembic for the tests."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def alembic_config(engine: AsyncEngine) -> Config:
    """Return the configuration that makes Alembic work on the engine's database."""
    config = Config(toml_file=PYPROJECT)
    config.attributes["database_url"] = engine.url.render_as_string(hide_password=False)
    return config


async def make_tables(engine: AsyncEngine) -> None:
    """Let the migrations make the tables, as in production. Alembic is synchronous and runs a loop of its own."""
    await asyncio.to_thread(command.upgrade, alembic_config(engine), "head")
