"""Events as OpenTelemetry metrics and spans (extra `otel`; the API only).

Without an SDK that the application has set up, both do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from opentelemetry import metrics, trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from securelogin.events import Event
from securelogin.installation import system_clock

__all__ = ["Telemetry"]

_SCOPE = "securelogin"


class Telemetry:
    """A sink that counts each event, and makes a span of each operation.

    The counter `securelogin.events` and the histogram `securelogin.duration` (seconds,
    from when it was judged until it was told) have the attributes `event`, `operation`,
    `cause` and `tenant`: words from closed lists and from the configuration, so that
    nobody outside can make more of them. A span is a child of the current one, from
    when the operation began to when it was told; it also has the reference and the
    account's id. Neither has an address, an IP address or a browser.

    Args:
        tracer, meter: of the application's providers; the global ones by default.
        clock: the one the library was given.
    """

    def __init__(
        self,
        *,
        tracer: trace.Tracer | None = None,
        meter: metrics.Meter | None = None,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        meter = meter or metrics.get_meter(_SCOPE)
        self._tracer = tracer or trace.get_tracer(_SCOPE)
        self._clock = clock
        self._events = meter.create_counter(
            "securelogin.events", unit="{event}", description="What happened."
        )
        self._durations = meter.create_histogram(
            "securelogin.duration", unit="s", description="How long it took."
        )

    def __call__(self, event: Event, /) -> None:
        """Count one event, and make its span."""
        told = self._clock()
        cause = event.causes[0].value if event.causes else ""
        labels = {
            "event": event.kind.value,
            "operation": event.operation,
            "cause": cause,
            "tenant": event.tenant,
        }
        self._events.add(1, labels)
        self._durations.record((told - event.at).total_seconds(), labels)
        span = self._tracer.start_span(
            f"securelogin.{event.operation}",
            kind=SpanKind.INTERNAL,
            start_time=_nanoseconds(event.at),
            attributes={
                **{f"securelogin.{name}": value for name, value in labels.items()},
                "securelogin.reference": event.reference,
                "securelogin.account": event.account or "",
            },
        )
        if event.causes:
            span.set_status(Status(StatusCode.ERROR, cause))
        span.end(_nanoseconds(told))


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000) * 1_000
