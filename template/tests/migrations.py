"""Alembic for the tests."""

from pathlib import Path

from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine

ALEMBIC_INI = Path(__file__).parents[1] / "alembic.ini"


def alembic_config(engine: AsyncEngine) -> Config:
    """Return the configuration that makes Alembic work on the engine's database."""
    config = Config(ALEMBIC_INI)
    config.attributes["database_url"] = engine.url.render_as_string(hide_password=False)
    return config
