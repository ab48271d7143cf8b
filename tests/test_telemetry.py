"""Events as spans and metrics, seen by OpenTelemetry's own SDK."""

from __future__ import annotations

from datetime import timedelta

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from securelogin.telemetry import Telemetry
from tests.wiring import START, Clock, Wired


class Seen:
    def __init__(self):
        self.spans = InMemorySpanExporter()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.reader = InMemoryMetricReader()
        meters = MeterProvider(metric_readers=[self.reader])
        self.tracer = tracers.get_tracer("tests")
        self.clock = Clock(START + timedelta(milliseconds=250))
        self.sink = Telemetry(
            tracer=self.tracer, meter=meters.get_meter("tests"), clock=self.clock
        )

    def metrics(self):
        (resource,) = self.reader.get_metrics_data().resource_metrics
        return {
            metric.name: metric.data.data_points[0]
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def seen():
    return Seen()


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_a_log_in_is_a_span_from_its_beginning_to_its_end(colour, seen):
    wired = Wired(colour, sinks=[seen.sink])
    reference = wired.check("ann@acme.example", "wrong").public.reference
    (span,) = seen.spans.get_finished_spans()

    assert span.name == "securelogin.login"
    assert span.end_time - span.start_time == 250_000_000
    assert span.start_time == int(START.timestamp()) * 10**9
    assert not span.status.is_ok
    assert dict(span.attributes) == {
        "securelogin.event": "authn_login_fail",
        "securelogin.operation": "login",
        "securelogin.cause": "unknown_address",
        "securelogin.tenant": "acme",
        "securelogin.reference": reference,
        "securelogin.account": "",
    }


def test_a_span_belongs_to_the_request_it_was_made_in(seen):
    wired = Wired("sync", sinks=[seen.sink])
    with seen.tracer.start_as_current_span("request") as request:
        wired.check("ann@acme.example", "wrong")
    (span, _) = seen.spans.get_finished_spans()

    assert span.parent.span_id == request.get_span_context().span_id


def test_events_are_counted_and_timed(seen):
    wired = Wired("sync", sinks=[seen.sink])
    wired.auth.reset.request(address="ann@acme.example", url="https://x.example/")
    for _ in range(2):
        wired.auth.reset.request(address="ann@acme.example", url="https://x.example/")
    points = seen.metrics()

    assert points["securelogin.events"].value == 3
    assert points["securelogin.duration"].sum == pytest.approx(0.75)
    assert points["securelogin.events"].attributes == {
        "event": "input_validation_fail",
        "operation": "reset_requested",
        "cause": "wrong_portal",
        "tenant": "",
    }


def test_a_good_end_is_no_error_and_without_an_sdk_nothing_happens(seen):
    wired = Wired("sync", sinks=[seen.sink, Telemetry()])
    wired.auth.links.issue(
        recipient="bob@other.example",
        sender="ann@acme.example",
        message="m-1",
        tenant="acme",
    )

    assert {
        span.status.status_code.name for span in seen.spans.get_finished_spans()
    } == {"UNSET"}
    assert wired.auth.installation.sinks.failures == 0
