"""The figures of a running desk: dashboard and alerts ask for nothing that isn't there, and nothing names anybody."""

import asyncio
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

from plumbing.children import until
from tests.house.promql import names
from tests.house.test_dashboard import OURS, asked
from tests.journeys.test_desk_up import Start, folder, start
from trials.people import People, complaint, hence, live, passwords
from trials.stack import PATIENCE_SECONDS, Desk
from workflows.names import TASK_QUEUE

__all__ = ["folder", "start"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

MADE_BY_PROMETHEUS = {"up", "job", "instance"}
"""What Prometheus knows of an address itself."""

RARE = (
    "complaint_rung_lateness_seconds_bucket",
    "temporal_workflow_task_execution_failed_total",
    "temporal_activity_execution_failed_total",
    "complaint_reconciliation",
)
"""What is there only after a while, most of it only after something went wrong; the test waits until it is."""


class Pages:
    """The pages of figures of one desk: the worker's and the API's."""

    def __init__(self, desk: Desk) -> None:
        self.worker = desk.address("Worker metrics")
        self.api = desk.address("My desk and API") + "/metrics"

    def text(self) -> str:
        return "".join(_read(address) for address in (self.worker, self.api))

    def series(self) -> dict[str, list[dict[str, str]]]:
        """The labels of every series by its name, over both pages."""
        found: dict[str, list[dict[str, str]]] = {}
        for address in (self.worker, self.api):
            for family in text_string_to_metric_families(_read(address)):
                for sample in family.samples:
                    found.setdefault(sample.name, []).append(sample.labels)
        return found

    def __call__(self, name: str) -> Callable[[], bool]:
        """Whether there is a series of this name."""
        return lambda: name in self.series()


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return str(answer.read().decode())


async def test_what_dashboard_and_alerts_ask_for_is_there_and_names_nobody(start: Start) -> None:
    desk = start(RECONCILE_SECONDS="5")
    desk.until_it_says("Ready.")
    pages = Pages(desk)
    people = People(desk.address("My desk and API"), desk.address("Mailbox"), passwords(desk.screen))
    number = await live(people, await people.open(complaint()))
    await people.open(complaint(arrived_at=hence(days=-1)))
    await people.open(complaint(register=asking_for("A0009")))
    await people.close()
    await start_what_nobody_knows(desk.address("Temporal server"))
    for rare in RARE:
        assert await asyncio.to_thread(until, pages(rare), PATIENCE_SECONDS), rare

    series = pages.series()
    labels = {label for found in series.values() for each in found for label in each}
    for query in asked():
        wanted = names(query)
        assert wanted.series - MADE_BY_PROMETHEUS <= set(series), query
        assert wanted.labels - MADE_BY_PROMETHEUS <= labels, query
    mine = {name for name in series if name.startswith("complaint_")}
    assert {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in mine} == set(OURS)
    text = pages.text()
    for personal in (number, "王小明", "13812345678", "example.com", "agent-1", "logistics-head", "A0009"):
        assert personal not in text


def asking_for(order_number: str) -> dict[str, object]:
    """A registration whose order the demo company's records fail to answer for."""
    register = complaint()["register"]
    return {**register, "form": {**register["form"], "order_number": order_number}}


async def start_what_nobody_knows(address: str) -> None:
    """A workflow the worker has no code for: a workflow task that fails, as after an unfit release."""
    client = await Client.connect(address)
    wanted = f"unknown-{uuid4()}"
    await client.start_workflow("Unknown", id=wanted, task_queue=TASK_QUEUE, run_timeout=timedelta(minutes=1))
