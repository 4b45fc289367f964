"""Clients generated from the OpenAPI document by `openapi-python-client`: type check and use."""

import shlex
import sys
from pathlib import Path

import pytest

from tests import commands
from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.service import Service
from tests.project import RenderedProject

PROGRAMS = Path(__file__).with_name("clients")
# Without a formatter, which may have another version than the generator expects.
GENERATE = "-m openapi_python_client generate --meta none --output-path service_client --fail-on-warning --config"
CONFIGURATION = "post_hooks: []\nliteral_enums: true\n"
CHECK = f"-m pyrefly check --config pyrefly.toml --python-interpreter-path {shlex.quote(sys.executable)}"
STRICT = 'preset = "strict"\nproject-includes = ["*.py", "service_client"]\nsearch-path = ["."]\n'


@pytest.fixture
def folder(service: Service, tmp_path: Path) -> Path:
    """A folder with a generated client of the service."""
    (tmp_path / "generator.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "pyrefly.toml").write_text(STRICT, encoding="utf-8")
    _python(f"{GENERATE} generator.yaml --url http://127.0.0.1:{service.port}/openapi.json", tmp_path)
    return tmp_path


@pairs()
def test_a_generated_client_is_typed_and_works(
    pair: RenderedProject, service: Service, token: str, folder: Path
) -> None:
    by_auth = {"none": [], "oidc": ["current_user.py"], "password": ["users.py"]}
    programs = ["items.py", *by_auth[pair.answers["auth"]]]
    for program in programs:
        (folder / program).write_bytes((PROGRAMS / program).read_bytes())
    _python(CHECK, folder)
    for program in programs:
        _python(f"{program} http://127.0.0.1:{service.port} {token}", folder)


def _python(arguments: str, folder: Path) -> str:
    return commands.run(shlex.join([sys.executable, *shlex.split(arguments)]), folder, {})
