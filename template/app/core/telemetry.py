"""OpenTelemetry, beyond what FastAPI does for it: the whole log is exported, and no query string."""

import logging

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider


class QueryStringProcessor(SpanProcessor):
    """Hides query strings, which may hold personal data. FastAPI exports them."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Replace the query string of a span that begins."""
        if span.attributes and "url.query" in span.attributes:
            span.set_attribute("url.query", "REDACTED")


def instrument() -> None:
    """Export the log, and hide query strings, after FastAPI has set up the exporters."""
    handler = LoggingHandler()
    # What the exporters log would be exported in turn, without end when the collector is out of reach.
    handler.addFilter(lambda record: not record.name.startswith("opentelemetry."))
    logging.getLogger().addHandler(handler)
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):  # unless only the log is exported
        provider.add_span_processor(QueryStringProcessor())
