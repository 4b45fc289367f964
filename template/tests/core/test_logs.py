"""The logging configuration."""

import json
import logging
import sys
from collections.abc import Generator
from contextvars import Context
from datetime import datetime, timedelta
from logging.config import DictConfigurator
from typing import Any, Literal

import pytest
from opentelemetry import trace
from uvicorn.config import LOGGING_CONFIG

from app.core.config import settings
from app.core.logs import logging_config, request_id


@pytest.fixture(autouse=True)
def _request() -> Generator[None]:
    token = request_id.set("the-id")
    yield
    request_id.reset(token)


def formatted(log_format: Literal["text", "json"], record: logging.LogRecord) -> str:
    """Return the line that the handler writes."""
    config = logging_config()
    configurator = DictConfigurator(config)
    assert configurator.configure_filter(config["filters"]["context"]).filter(record)
    text: str = configurator.configure_formatter(config["formatters"][log_format]).format(record)
    return text


def new_record(message: str, *arguments: object, **fields: object) -> logging.LogRecord:
    logger = logging.getLogger("app.example")
    return logger.makeRecord(logger.name, logging.INFO, __file__, 1, message, arguments, None, extra=fields)


def as_json(record: logging.LogRecord) -> dict[str, Any]:
    line = formatted("json", record)
    assert "\n" not in line
    entry: dict[str, Any] = json.loads(line)
    return entry


def test_a_text_line_has_the_time_the_level_the_logger_and_the_id_of_the_request() -> None:
    time, _, rest = formatted("text", new_record("%s left", "none")).partition(" INFO ")

    assert time.startswith("20")
    assert rest == "app.example [the-id] none left"


def test_a_line_outside_of_a_request_has_no_id() -> None:
    text = Context().run(formatted, "text", new_record("Started"))

    assert text.endswith(" app.example [-] Started")


def test_a_json_entry_has_the_fields_of_the_record() -> None:
    entry = as_json(new_record("%s left", "none", parcel="Books", color_message="none left"))

    assert datetime.fromisoformat(entry.pop("time")).utcoffset() == timedelta(0)
    assert entry == {
        "level": "INFO",
        "logger": "app.example",
        "message": "none left",
        "request_id": "the-id",
        "trace_id": "-",
        "parcel": "Books",
    }


def test_a_json_entry_has_the_id_of_the_trace() -> None:
    context = trace.SpanContext(trace_id=0xABC, span_id=1, is_remote=False)

    with trace.use_span(trace.NonRecordingSpan(context)):
        entry = as_json(new_record("Traced"))

    assert entry["trace_id"] == "abc".rjust(32, "0")


def test_a_traceback_is_part_of_one_entry() -> None:
    record = new_record("Failed")
    try:
        int("one")
    except ValueError:
        record.exc_info = sys.exc_info()

    exception = as_json(record)["exception"]

    assert exception.startswith("Traceback ")
    assert exception.endswith("ValueError: invalid literal for int() with base 10: 'one'")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_the_settings_set_the_log_format(monkeypatch: pytest.MonkeyPatch, log_format: str) -> None:
    monkeypatch.setattr(settings, "log_format", log_format)

    assert logging_config()["handlers"]["stderr"]["formatter"] == log_format


@pytest.mark.parametrize(
    ("logger", "level"),
    [
        ("app.example", logging.INFO),
        ("uvicorn.error", logging.INFO),
        ("uvicorn.access", logging.WARNING),  # it quotes query strings
        ("any.library", logging.WARNING),
    ],
)
def test_the_service_logs_at_info_and_libraries_at_warning(logger: str, level: int) -> None:
    assert logging.getLogger(logger).getEffectiveLevel() == level


@pytest.mark.parametrize(
    ("level", "message", "is_logged"),
    [
        (logging.INFO, "Application startup complete.", True),
        (logging.INFO, '%s - "WebSocket %s" 403', False),
        (logging.INFO, '%s - "WebSocket %s" [accepted]', False),
        (logging.DEBUG, "< %s: %s", False),  # a header, by the library of the server
    ],
)
def test_requests_for_a_websocket_are_not_logged_by_the_server(level: int, message: str, is_logged: bool) -> None:
    logger = logging.getLogger("uvicorn.error")
    record = logger.makeRecord(logger.name, level, __file__, 1, message, ("a", "b"), None)

    assert bool(logger.filter(record)) is is_logged


@pytest.mark.parametrize("logger", LOGGING_CONFIG["loggers"])
def test_the_server_has_no_handlers_of_its_own(logger: str) -> None:
    config = logging_config()["loggers"][logger]

    assert (config["handlers"], config["propagate"]) == ([], True)


def test_there_is_one_handler_and_no_logger_is_disabled() -> None:
    (handler,) = [each for each in logging.root.handlers if type(each) is logging.StreamHandler]

    assert len(handler.filters) == 1
    assert not logging.getLogger("asyncio").disabled


def test_the_settings_set_the_log_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "log_level", "DEBUG")

    assert logging_config()["loggers"]["app"]["level"] == "DEBUG"
