"""OpenTelemetry with exporters in memory."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@dataclass
class RecordedTelemetry:
    """The spans and the log records that would be sent to a collector."""

    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    logs: InMemoryLogRecordExporter = field(default_factory=InMemoryLogRecordExporter)

    def span(self, text: str) -> ReadableSpan:
        """Return the one span that has this text in it."""
        (span,) = [each for each in self.spans.get_finished_spans() if text in each.to_json()]
        return span

    def logs_of(self, logger: str) -> list[LogRecord]:
        """Return the log records of a logger."""
        logs = self.logs.get_finished_logs()
        return [each.log_record for each in logs if getattr(each.instrumentation_scope, "name", None) == logger]


def trace_id(span: ReadableSpan) -> int:
    assert span.context
    return span.context.trace_id


@contextmanager
def recorded_telemetry(monkeypatch: pytest.MonkeyPatch) -> Generator[RecordedTelemetry]:
    """Turn OpenTelemetry on, and yield what it records."""
    telemetry = RecordedTelemetry()
    traces, logs = TracerProvider(), LoggerProvider()
    traces.add_span_processor(SimpleSpanProcessor(telemetry.spans))
    logs.add_log_record_processor(SimpleLogRecordProcessor(telemetry.logs))
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    # The setters of OpenTelemetry work only once in a process.
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", traces)
    monkeypatch.setattr("opentelemetry._logs._internal._LOGGER_PROVIDER", logs)
    monkeypatch.setattr(logging.root, "handlers", list(logging.root.handlers))
    yield telemetry
    traces.shutdown()
    logs.shutdown()
