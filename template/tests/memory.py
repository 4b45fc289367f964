"""The fixture of the application, without a database."""

import pytest
from fastapi import FastAPI

from app.main import app as application
from app.memory import make_store


@pytest.fixture
def app() -> FastAPI:
    """The application, with an empty store. Its lifespan, which would make one, is not run."""
    application.state.store = make_store()
    return application
