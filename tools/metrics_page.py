"""Writes docs/metrics.md: where the figures are, what each says, and which alert tells whom what."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from activities.figures import FIGURES as COUNTED
from api.figures import REACHABLE
from plumbing.figures import Figure
from records.figures import FIGURES as GAUGES

ALERTS = Path(__file__).parents[1] / "deploy" / "prometheus" / "alerts.yml"

INTRO = """\
# Metrics

Each process shows its figures at one address, as Prometheus reads them; none names a case, a customer or a colleague.

| process | address | what is there |
| --- | --- | --- |
| worker | `http://…:9464/metrics` (`METRICS_HOST`, `METRICS_PORT`) | what it counted since it started (below), \
and Temporal's own figures of workflow tasks, activities, slots and cache |
| API | `/metrics` beside its pages | what the record says about now (below), whether database, Temporal and keys \
answer, requests by route and status, its requests to Temporal, its memory |

Figures of several workers add up: `sum`. Every API reads the same record: `max`, never `sum`. With the database \
away the API's page still answers, with `complaint_reachable{part="database"}` at 0 and without the record's \
figures. Neither address asks for a login: a proxy that lets strangers in must keep `/metrics` to itself.

A counter counts from its process's start, and an activity that is repeated on another worker may count twice: \
what happened, and how often, stands in the journal.

Temporal's figures begin with `temporal_`; counters end in `_total`, durations are in seconds. The requests' begin\
 with `http_server_`.

With `docker compose --profile figures up` Prometheus (http://localhost:9090) and Grafana (http://localhost:3000) \
stand beside the desk: [`prometheus.yml`](../deploy/prometheus/prometheus.yml) reads both addresses, \
[`alerts.yml`](../deploy/prometheus/alerts.yml) holds the alerts below, and \
[`complaint-desk.json`](../deploy/grafana/complaint-desk.json) is the dashboard, which any other Grafana imports \
too. Who is told of an alert is yours to say, in an Alertmanager.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRO, "## What the worker counts", "", *_figures(COUNTED)]
    parts += ["", "## What the API shows", "", *_figures((REACHABLE, *GAUGES)), "", "## Alerts", "", *_alerts()]
    return "\n".join(parts) + "\n"


def _figures(figures: Iterable[Figure]) -> Iterator[str]:
    yield "| figure | kind | labels | what it is |"
    yield "| --- " * 4 + "|"
    for each in figures:
        yield f"| `{each.name}` | {each.kind} | {', '.join(each.labels) or '–'} | {each.says} |"


def _alerts() -> Iterator[str]:
    yield "| alert | told when | for | what it says | what to do |"
    yield "| --- " * 5 + "|"
    for rule in rules():
        says = re.sub(r"{{.*?}}", "…", rule["annotations"]["summary"])
        place = rule["annotations"]["handbook"].removeprefix("docs/")
        title = place.partition("#")[2].replace("-", " ")
        yield f"| {rule['alert']} | `{rule['expr']}` | {rule['for']} | {says} | [{title}]({place}) |"


def rules() -> list[dict[str, Any]]:
    """Every alert as it is written."""
    return [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]
