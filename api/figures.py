"""The API's page of figures: its requests, Temporal's client, and what the record says about now."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import REGISTRY, CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from plumbing.figures import Figure
from plumbing.telemetry import core_figures
from records.figures import FIGURES, Reading

REACHABLE = Figure(
    "complaint_reachable", "gauge", "Whether a part answers the API: 1, or 0 while it is away.", ("part",)
)
ASKED_BY_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds; among the requests of people they would only flatter the figures."""


class ApiFigures:
    """The figures of one application."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # theirs has no types
        self._registry = CollectorRegistry()
        reader = PrometheusMetricReader(
            disable_target_info=True, scope_info_enabled=False, registry=self._registry
        )
        self._meters = MeterProvider([reader], shutdown_on_exit=False)

    def telemetry(self) -> TelemetryConfig:
        """FastAPI's own instruments, labelled by route and never by address; no traces and no logs of contents."""
        return {
            "meter_provider": self._meters,
            "tracing": False,
            "logs": False,
            "exclude": lambda scope: scope.get("path") in ASKED_BY_MACHINES,
        }

    def drain(self) -> None:
        """Make room for what Temporal's client measures; to be done every few seconds."""
        core_figures().drain()

    def page(self, reachable: Mapping[str, bool], readings: Mapping[str, Reading]) -> bytes:
        """Everything, for Prometheus; without the record's figures where there are no readings."""
        now = CollectorRegistry()
        now.register(_Now({REACHABLE.name: {(part,): float(is_) for part, is_ in reachable.items()}, **readings}))
        return b"".join(map(generate_latest, (now, self._registry, REGISTRY))) + core_figures().page()


class _Now(Collector):
    """Values read a moment ago, as gauges."""

    def __init__(self, readings: Mapping[str, Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for figure in _known(self._readings):
            family = GaugeMetricFamily(figure.name, figure.says, labels=figure.labels)
            for labels, value in self._readings[figure.name].items():
                family.add_metric(labels, value)
            yield family


def _known(readings: Mapping[str, Any]) -> Iterable[Figure]:
    return (figure for figure in (REACHABLE, *FIGURES) if figure.name in readings)
