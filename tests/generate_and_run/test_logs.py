"""What a running service writes: one entry for each thing that happens, all of them in the form that is set."""

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

# An owner's own line, and an owner's bug.
GREETING = """\
    logging.getLogger(__name__).info("Greeting %s", "a client")
    raise RuntimeError("nobody to greet")
"""
WAYS_TO_START = {"one process": START, "two processes": f"{START} --workers 2", "fastapi run": "uv run fastapi run"}


@pytest.fixture(params=WAYS_TO_START.values(), ids=list(WAYS_TO_START))
def service(request: pytest.FixtureRequest, production: RenderedProject, tmp_path: Path) -> Iterator[Service]:
    """The service with a line of its owner's, and with a bug."""
    project = production.copied(tmp_path / "project")
    project.replace_text("app/main.py", "import json\n", "import json\nimport logging\n")
    project.replace_text("app/main.py", '    return {"message": "Hello World"}\n', GREETING)
    with running(project.with_variables(LOG_FORMAT="json"), request.param) as service:
        yield service


@one_pair
def test_every_line_is_an_entry_and_those_of_a_request_have_its_id(service: Service) -> None:
    with closing(service.connection()) as connection:
        connection.request("GET", "/?token=hunter2", headers={"X-Request-ID": "the-id"})
        answer = connection.getresponse()
        error = json.loads(answer.read())["error"]

    output = service.stop(signal.SIGTERM)

    entries: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    own, access, bug = [entry for entry in entries if entry["request_id"] == "the-id"]
    assert (own["logger"], own["level"], own["message"]) == ("app.main", "INFO", "Greeting a client")
    assert (access["logger"], access["route"], access["status"]) == ("app.access", "/", 500)
    assert (bug["logger"], bug["level"]) == ("uvicorn.error", "ERROR")
    assert bug["exception"].endswith("RuntimeError: nobody to greet")
    assert answer.headers["X-Request-ID"] == error["request_id"] == "the-id"
    assert "uvicorn.error" in [entry["logger"] for entry in entries if entry["request_id"] == "-"]
    assert "hunter2" not in output
