"""Dashboard and alerts as files: they parse, ask for what exists, show everything, and lead to the handbook."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from activities.figures import FIGURES as COUNTED
from api.figures import REACHABLE
from records.figures import FIGURES as GAUGES
from tests.house.promql import NoQuery, names
from tools.metrics_page import rules

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
PANELS: list[dict[str, Any]] = json.loads((ROOT / "deploy/grafana/complaint-desk.json").read_text("utf-8"))["panels"]
SHOWN = [panel for panel in PANELS if panel["type"] != "row"]

OURS = {each.name: each for each in (*COUNTED, REACHABLE, *GAUGES)}
ENDINGS = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
SERIES = {name + ending for name, each in OURS.items() for ending in ENDINGS[each.kind]}
OTHERS = ("temporal_", "http_server_", "process_", "up")


def queries() -> list[str]:
    """Every query of the dashboard."""
    return [target["expr"] for panel in SHOWN for target in panel["targets"]]


def asked() -> list[str]:
    """Every query of the dashboard and of the alerts."""
    return [*queries(), *(rule["expr"] for rule in rules())]


@pytest.mark.parametrize("query", asked())
def test_a_query_asks_for_figures_there_are_by_labels_they_have(query: str) -> None:
    found = names(query)
    assert found.series
    ours = {name for name in found.series if name.startswith("complaint_")}
    assert ours <= SERIES
    assert all(name.startswith(OTHERS) for name in found.series - ours)
    if ours == found.series:
        carried = {label for name in ours for label in OURS[re.sub("_(bucket|sum|count)$", "", name)].labels}
        assert found.labels <= carried | {"le", "instance", "job"}


@pytest.mark.parametrize(
    "broken",
    ["sum(rate(x[5m])", "sum(x))", "sum{x)", "sum(x) $", "total(x)", "rate(x[5 minutes])", "max by (limit (x)", "\"x"],
)
def test_a_query_that_is_none_is_found_out(broken: str) -> None:
    with pytest.raises(NoQuery):
        names(broken)


def test_every_figure_of_ours_is_shown() -> None:
    shown = set().union(*(names(query).series for query in queries()))
    assert [name for name, each in OURS.items() if not {name + ending for ending in ENDINGS[each.kind]} & shown] == []


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_figures_name_says_its_kind_and_its_unit(name: str) -> None:
    figure = OURS[name]
    assert re.fullmatch(r"complaint_[a-z_]+", name)
    assert name.endswith("_total") == (figure.kind == "counter")
    assert figure.kind != "histogram" or (name.endswith("_seconds") and figure.buckets)
    assert figure.says.endswith(".")
    assert not {"number", "case_id", "case", "customer", "staff", "actor", "recipient"} & set(figure.labels)


def test_panels_have_their_own_place() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert [panel["title"] for panel in PANELS if panel["type"] == "row"] == ["Complaints", "Worker", "API"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_is_a_sentence_and_a_place_in_the_handbook(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "warn")
    assert re.fullmatch(r"\d+m", rule["for"])
    assert re.match(r"[A-Z{].* .*\.$", rule["annotations"]["summary"])
    page, _, anchor = rule["annotations"]["handbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text("utf-8"), re.M)
    assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_prometheus_is_told_of_the_alerts() -> None:
    settings = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))
    assert [(PROMETHEUS / name).exists() for name in settings["rule_files"]] == [True]
    jobs = {job["job_name"] for job in settings["scrape_configs"]}
    named = set(re.findall(r'job="([^"]+)"', "".join(asked())))
    assert named == jobs


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool isn't installed")
def test_prometheus_itself_reads_its_files() -> None:
    asking = ["promtool", "check", "config", str(PROMETHEUS / "prometheus.yml")]
    done = subprocess.run(asking, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
