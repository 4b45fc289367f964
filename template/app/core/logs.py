"""Logging configuration of the service, its server and its libraries."""

import logging
from contextvars import ContextVar
from typing import Any

from opentelemetry import trace

from app.core.config import settings

# The id of the current request, for log records.
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class ContextFilter(logging.Filter):
    """Adds the ids of the request and of the trace to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the ids to a record, and return True."""
        record.request_id = request_id.get()
        span = trace.get_current_span().get_span_context()
        record.trace_id = trace.format_trace_id(span.trace_id) if span.is_valid else "-"
        vars(record).pop("color_message", None)  # the same message with colours, by uvicorn
        return True


class WebSocketFilter(logging.Filter):
    """Drops what uvicorn logs about WebSocket handshakes: query strings and, at DEBUG, headers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is about something else."""
        return record.levelno > logging.DEBUG and '"WebSocket' not in str(record.msg)


def logging_config() -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`."""
    handled_by_root: dict[str, Any] = {"level": settings.log_level, "handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"context": {"()": ContextFilter}, "websocket": {"()": WebSocketFilter}},
        "formatters": {
            "text": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "timestamp": "time",  # in UTC
                "fmt": "levelname,name,message,request_id,trace_id",
                "style": ",",
                "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "exception"},
            },
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": settings.log_format, "filters": ["context"]}
        },
        "root": {"handlers": ["stderr"]},  # at its default level, WARNING
        "loggers": {
            "app": handled_by_root,
            "uvicorn": handled_by_root,
            "uvicorn.error": handled_by_root | {"filters": ["websocket"]},
            # It would log query strings, which may contain personal data. `app.middleware` logs requests.
            "uvicorn.access": handled_by_root | {"level": "WARNING"},
        },
    }
