"""The fake identity provider of the rendered tests, run as a server."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests import commands
from tests.project import RenderedProject

# Uses the settings of the rendered tests, and runs until it is killed.
PROVIDER = """
import socket
import uvicorn
import tests.conftest
from app.core.config import settings
from tests.identity_provider import FakeProvider
listener = socket.create_server(("127.0.0.1", 0))
settings.oidc_issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
settings.oidc_audience = "https://api.example.com"
provider = FakeProvider()
print(settings.oidc_issuer, provider.token(exp=4102444800), flush=True)
uvicorn.run(provider, fd=listener.fileno(), log_level="critical")
"""


@dataclass(frozen=True)
class IdentityProvider:
    """The issuer URL of an identity provider, and a valid access token."""

    issuer: str
    token: str


@contextmanager
def running_provider(project: RenderedProject) -> Iterator[IdentityProvider]:
    """Start the identity provider of a project's tests and yield it."""
    with commands.started(f"uv run python -c {shlex.quote(PROVIDER)}", project.path, project.variables) as process:
        assert process.stdout is not None
        printed = process.stdout.readline().split()
        if len(printed) != 2:
            raise commands.CommandFailedError(f"no identity provider: {printed}\n{process.stdout.read()}")
        yield IdentityProvider(*printed)
