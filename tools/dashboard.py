"""Draws the Grafana dashboard from deploy/grafana/panels.toml: where each panel stands, what Grafana has to know."""

import json
import tomllib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

PANELS = Path(__file__).parents[1] / "deploy" / "grafana" / "panels.toml"

WIDE = 24
NUMBER = {"w": 4, "h": 4}
CURVES = {"w": 8, "h": 7}
SOURCE = {"type": "prometheus", "uid": "${source}"}

HEAD: dict[str, Any] = {
    "uid": "complaint-desk",
    "title": "Complaint Desk 投诉台",
    "tags": ["complaints"],
    "schemaVersion": 39,
    "refresh": "15s",
    "time": {"from": "now-3h", "to": "now"},
    "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]},
}


def rows() -> dict[str, list[dict[str, Any]]]:
    """The panels as they are written, by their row."""
    return tomllib.loads(PANELS.read_text("utf-8"))


def dashboard() -> str:
    """The dashboard as Grafana reads it."""
    ids = count(1)
    panels = [{"id": next(ids), **each} for each in _panels()]
    return json.dumps({**HEAD, "panels": panels}, ensure_ascii=False, indent=1) + "\n"


def _panels() -> Iterator[dict[str, Any]]:
    top = 0
    for title, row in rows().items():
        yield {"type": "row", "title": title, "collapsed": False, "gridPos": {"x": 0, "y": top, "w": WIDE, "h": 1}}
        top += 1
        for size, mine in ((NUMBER, [it for it in row if "now" in it]), (CURVES, [it for it in row if "lines" in it])):
            abreast = WIDE // size["w"]
            for place, panel in enumerate(mine):
                x, y = place % abreast * size["w"], top + place // abreast * size["h"]
                yield {**_drawn(panel), "gridPos": {"x": x, "y": y, **size}}
            top += -(-len(mine) // abreast) * size["h"]


def _drawn(panel: dict[str, Any]) -> dict[str, Any]:
    queries = panel.get("lines") or {"__auto": panel["now"]}
    steps = [{"color": "green", "value": None}]
    if "bad_from" in panel:
        steps.append({"color": "red", "value": panel["bad_from"]})
    defaults = {"unit": panel.get("unit", "short"), "thresholds": {"mode": "absolute", "steps": steps}}
    return {
        "type": "stat" if "now" in panel else "timeseries",
        "title": panel["title"],
        "description": panel.get("says", ""),
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [_target(place, *each) for place, each in enumerate(queries.items())],
    }


def _target(place: int, legend: str, query: str) -> dict[str, Any]:
    return {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "datasource": SOURCE}
