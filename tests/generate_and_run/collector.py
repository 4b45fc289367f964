"""An OpenTelemetry collector that stores what services export over OTLP/HTTP."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

# For each path: the message and its field names (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
SIGNALS: dict[str, tuple[type[Message], str, str, str]] = {
    "/v1/traces": (ExportTraceServiceRequest, "resourceSpans", "scopeSpans", "spans"),
    "/v1/logs": (ExportLogsServiceRequest, "resourceLogs", "scopeLogs", "logRecords"),
    "/v1/metrics": (ExportMetricsServiceRequest, "resourceMetrics", "scopeMetrics", "metrics"),
}


@dataclass
class Collector:
    """The received spans, log records and metrics as JSON, and the attributes of the services."""

    url: str
    spans: list[dict[str, Any]] = field(default_factory=list)
    log_records: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[dict[str, Any]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)

    def receive(self, path: str, body: bytes) -> None:
        """Store a message that was sent to a path."""
        kind, resources, scopes, entries = SIGNALS[path]
        message = kind()
        message.ParseFromString(body)
        received = {"spans": self.spans, "logRecords": self.log_records, "metrics": self.metrics}[entries]
        for resource in MessageToDict(message)[resources]:
            self.services.append(attributes(resource["resource"]))
            received.extend(entry for scope in resource[scopes] for entry in scope[entries])


def attributes(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a span, a log record or a resource."""
    return {each["key"]: next(iter(each["value"].values())) for each in entry.get("attributes", ())}


@contextmanager
def collecting() -> Iterator[Collector]:
    """Run a collector on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.receive(self.path, gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(HTTPStatus.OK)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
