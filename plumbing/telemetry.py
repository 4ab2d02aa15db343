"""What Temporal's core measures in a process, under the same names wherever it is shown.

The worker's core serves its figures itself, at an address of its own. The API has a page already, so its core fills a
buffer, and the page shows what was in it. The library's own exporter for such buffers is not used: it keeps the labels
of every single request for ever, and tells them apart by addresses in memory that are given out again.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from temporalio.runtime import (
    BUFFERED_METRIC_KIND_COUNTER,
    BUFFERED_METRIC_KIND_GAUGE,
    BUFFERED_METRIC_KIND_HISTOGRAM,
    BufferedMetric,
    MetricBuffer,
    MetricBufferDurationFormat,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
)

from plumbing.figures import Figure

UPDATES_KEPT = 100_000
"""What a busy API measures between two looks at the buffer; what is more would be lost."""

LABELS = ("namespace", "operation", "status_code")
"""Of a request to Temporal; the case it was about is in none of them."""

KINDS: dict[int, tuple[type[Counter | Gauge | Histogram], Callable[[Any, float], None]]] = {
    BUFFERED_METRIC_KIND_COUNTER: (Counter, Counter.inc),
    BUFFERED_METRIC_KIND_GAUGE: (Gauge, Gauge.set),
    BUFFERED_METRIC_KIND_HISTOGRAM: (Histogram, Histogram.observe),
}


def served(address: str, ours: Iterable[Figure]) -> Runtime:
    """A runtime that shows its figures at this address, with `ours` where they are recorded on its meter."""
    metrics = PrometheusConfig(
        bind_address=address,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides={each.name: each.buckets for each in ours if each.buckets},
    )
    return Runtime(telemetry=TelemetryConfig(metrics=metrics, attach_service_name=False))


class CoreFigures:
    """A runtime whose figures are shown on a page of our own."""

    def __init__(self) -> None:
        self._buffer = MetricBuffer(UPDATES_KEPT, MetricBufferDurationFormat.SECONDS)
        telemetry = TelemetryConfig(metrics=self._buffer, attach_service_name=False)
        self.runtime = Runtime(telemetry=telemetry)
        self._registry = CollectorRegistry()
        self._instruments: dict[str, Any] = {}

    def drain(self) -> None:
        """Take what the core has measured out of its buffer; to be done every few seconds."""
        for update in self._buffer.retrieve_updates():
            values = [str(update.attributes.get(label, "")) for label in LABELS]
            _, note = KINDS[update.metric.kind]
            note(self._instrument(update.metric).labels(*values), update.value)

    def page(self) -> bytes:
        """Everything so far, as Prometheus reads it."""
        self.drain()
        return generate_latest(self._registry)

    def _instrument(self, metric: BufferedMetric) -> Any:
        name = f"{metric.name}_seconds" if metric.unit == "s" else metric.name
        if name not in self._instruments:
            made, _ = KINDS[metric.kind]
            self._instruments[name] = made(name, metric.description or "", LABELS, registry=self._registry)
        return self._instruments[name]


@cache
def core_figures() -> CoreFigures:
    """The one of this process: each runtime is a pool of threads."""
    return CoreFigures()
