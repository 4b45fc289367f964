"""The fixture of the application, without a database."""

from collections import defaultdict

import pytest
from fastapi import FastAPI

from app.main import app as application


@pytest.fixture
def app() -> FastAPI:
    """The application, with an empty store. Its lifespan, which would make one, is not run."""
    application.state.store = defaultdict(dict)
    return application
