"""OpenTelemetry: export of the log, and no query strings in traces. FastAPI sets up the rest."""

import logging

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider


class QueryStringProcessor(SpanProcessor):
    """Hides query strings, which may contain personal data."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Replace the query string of a span."""
        if span.attributes and "url.query" in span.attributes:
            span.set_attribute("url.query", "REDACTED")


def instrument() -> None:
    """Export the log, and hide query strings, after FastAPI has set up the exporters."""
    handler = LoggingHandler()
    # Skip OpenTelemetry's own records: a failed export would log one, which would be exported in turn.
    handler.addFilter(lambda record: not record.name.startswith("opentelemetry."))
    logging.getLogger().addHandler(handler)
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):  # unless only the log is exported
        provider.add_span_processor(QueryStringProcessor())
