"""The log of a running service: one JSON entry for each event."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.generate_and_run.conftest import pairs
from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject

one_pair = pairs(having="no database", auth="none")

# A log message and an unexpected exception in a route.
GREETING = """\
    logging.getLogger(__name__).info("Greeting %s", "a client")
    raise RuntimeError("no greeting")
"""
START_COMMANDS = {"one process": START, "two processes": f"{START} --workers 2", "fastapi run": "uv run fastapi run"}


@pytest.fixture(params=START_COMMANDS.values(), ids=list(START_COMMANDS))
def service(request: pytest.FixtureRequest, production: RenderedProject, tmp_path: Path) -> Iterator[Service]:
    """The service with a route that logs a message and raises an exception."""
    project = production.copied(tmp_path / "project")
    project.replace_text("app/main.py", "import json\n", "import json\nimport logging\n")
    project.replace_text("app/main.py", '    return {"message": "Hello World"}\n', GREETING)
    with running(project.with_variables(LOG_FORMAT="json"), request.param) as service:
        yield service


@one_pair
def test_every_line_is_json_and_has_the_id_of_its_request(service: Service) -> None:
    with closing(service.connection()) as connection:
        connection.request("GET", "/?token=hunter2", headers={"X-Request-ID": "the-id"})
        response = connection.getresponse()
        error = json.loads(response.read())["error"]

    output = service.stop(signal.SIGTERM)

    entries: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    own, access, error_entry = [entry for entry in entries if entry["request_id"] == "the-id"]
    assert (own["logger"], own["level"], own["message"]) == ("app.main", "INFO", "Greeting a client")
    assert (access["logger"], access["route"], access["status"]) == ("app.access", "/", 500)
    assert (error_entry["logger"], error_entry["level"]) == ("uvicorn.error", "ERROR")
    assert error_entry["exception"].endswith("RuntimeError: no greeting")
    assert response.headers["X-Request-ID"] == error["request_id"] == "the-id"
    assert "uvicorn.error" in [entry["logger"] for entry in entries if entry["request_id"] == "-"]
    assert "hunter2" not in output
