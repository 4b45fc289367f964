"""The command `python -m app`, which starts the server."""

import gc
import runpy
import signal
import sys
from collections.abc import Generator
from copy import deepcopy
from importlib import import_module
from typing import Any
from unittest.mock import patch

import pytest
from starlette.types import Message
from uvicorn.config import LOGGING_CONFIG, Config

from app.core.logs import logging_config
from app.main import app, create_app

Options = dict[str, Any]


@pytest.fixture(autouse=True)
def _restore_signal_handler() -> Generator[None]:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> Generator[Options]:
    """The options that uvicorn is started with. It is replaced by a function that ends at once by SIGTERM."""
    options: Options = {}

    def run(app: str, **given: object) -> None:
        options.update(given, app=app)
        signal.raise_signal(signal.SIGTERM)
        pytest.fail("SIGTERM was ignored")

    monkeypatch.setattr(import_module("uvicorn.main"), "run", run)
    with patch.dict(LOGGING_CONFIG, deepcopy(LOGGING_CONFIG)):
        yield options


def start(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["app", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("app", run_name="__main__")
    return ended.value.code


def test_the_server_shuts_down_gracefully_and_exits_with_0(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    assert start(monkeypatch) == 0
    assert options["app"] == "app.main:app"
    assert options["timeout_graceful_shutdown"] == 5


def test_the_server_listens_on_all_interfaces_without_a_server_header(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(monkeypatch)

    assert options["host"] == "0.0.0.0"  # noqa: S104 - only compared
    assert options["server_header"] is False


def test_the_server_requires_the_lifespan(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    start(monkeypatch)

    assert options["lifespan"] == "on"


@pytest.mark.parametrize("arguments", [[], ["--use-colors"], ["--no-use-colors"]], ids=" ".join)
def test_the_server_logs_like_the_application(
    options: Options, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    start(monkeypatch, *arguments)

    with patch("logging.config.dictConfig") as configure:
        Config(app, log_config=options["log_config"], use_colors=options["use_colors"])

    (config,), expected = configure.call_args.args, logging_config()
    assert config["formatters"].items() >= expected["formatters"].items()
    assert config | {"formatters": expected["formatters"]} == expected


def test_the_server_accepts_options_and_variables_of_uvicorn(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UVICORN_PORT", "9000")

    start(monkeypatch, "--root-path", "/svc", "--host", "127.0.0.1")

    assert (options["port"], options["root_path"], options["host"]) == (9000, "/svc", "127.0.0.1")


def test_importing_the_module_in_a_worker_starts_no_server(options: Options) -> None:
    runpy.run_module("app", run_name="__mp_main__")

    assert options == {}


@pytest.mark.usefixtures("app")  # the lifespan needs what the fixture sets up
async def test_the_application_starts_and_stops_with_the_server() -> None:
    requests = ["lifespan.startup", "lifespan.shutdown"]
    responses: list[str] = []

    async def receive() -> Message:
        return {"type": requests.pop(0)}

    async def send(message: Message) -> None:
        responses.append(message["type"])

    await create_app()({"type": "lifespan"}, receive, send)

    assert responses == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_imported_objects_are_frozen_for_the_garbage_collector() -> None:
    assert all(each is not app for each in gc.get_objects())
