"""Hands traces to a collector by OpenTelemetry's protocol; imported only where one is set."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final
from uuid import UUID

from skafu import __version__
from skafu.kernel.errors import Unavailable
from skafu.kernel.telemetry import NOBODY, Attributes, Tracer
from skafu.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

LOW_64_BITS: Final = (1 << 64) - 1
CORRELATION: Final = "correlation_id"
CAUSATION: Final = "causation_id"


def tracer_of(settings: Settings) -> tuple[Tracer, "Callable[[], None]"]:
    """The tracer of an installation, and what hands over the rest when the process ends.

    Raises:
        Unavailable: a collector is set, and the extra that talks to it is not installed.
    """
    if settings.otlp_endpoint is None:
        return NOBODY, lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise Unavailable(f"traces cannot be handed over: {error}", fix="install skafu[telemetry]") from error
    resource = Resource.create({"service.name": "skafu", "service.version": __version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    address = str(settings.otlp_endpoint).rstrip("/")
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces")))
    return OpenTelemetryTracer(provider), provider.shutdown


class OpenTelemetryTracer:
    """Fills `Tracer`.

    The id of a trace is the correlation id, which stands on every event: so all processes that work on a request meet
    in one trace, without handing anything over.
    """

    def __init__(self, provider: "TracerProvider") -> None:
        """Make spans with this provider."""
        self._tracer = provider.get_tracer("skafu", __version__)

    def span(self, name: str, attributes: Attributes, /) -> AbstractContextManager[object]:
        """A span below the present one, or else below what caused it."""
        return self._span(name, attributes)

    @contextmanager
    def _span(self, name: str, attributes: Attributes) -> Iterator[None]:
        shown = {key: str(value) if isinstance(value, UUID) else value for key, value in attributes.items()}
        with self._tracer.start_as_current_span(name, _parent(attributes), attributes=shown):
            yield


def _parent(attributes: Attributes) -> "Context | None":
    """The context of a span that has no other around it: the trace of its correlation id."""
    from opentelemetry import trace

    correlation, causation = attributes.get(CORRELATION), attributes.get(CAUSATION)
    if trace.get_current_span().get_span_context().is_valid or not isinstance(correlation, UUID):
        return None
    cause = causation.int if isinstance(causation, UUID) else correlation.int
    parent = trace.SpanContext(
        correlation.int, (cause & LOW_64_BITS) or 1, is_remote=True, trace_flags=trace.TraceFlags(1)
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(parent))
