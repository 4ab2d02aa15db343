"""What the worker counts, read from a real runtime's own page: each fact, command and notice once."""

import re
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.counting import Counting, act_of
from activities.figures import FIGURES, NOTICES, Tally
from complaints.facts import Entry, Escalated, LimitMissed
from complaints.orders import Delivery, NotifyResult, Outcome, RecordOrder
from complaints.vocabulary import Debtor, Role, Verdict
from plumbing.ports import free_port
from plumbing.telemetry import served
from tests.builders import NOON, Desk
from tests.world.recording import order_of


class Page:
    """The page of figures of one worker."""

    def __init__(self) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        # The runtime is kept: its page goes with it.
        self.runtime = served(self.address, FIGURES)
        self.counting = Counting(Tally(self.runtime.metric_meter))

    def text(self) -> str:
        with urllib.request.urlopen(f"http://{self.address}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    def value(self, name: str, **labels: str) -> float | None:
        """The value of one series; None where there is none."""
        for line in self.text().splitlines():
            found = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
            if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
                return float(found[2])
        return None


@pytest.fixture
def page() -> Page:
    return Page()


def with_fact(desk: Desk, fact: LimitMissed | Escalated, at: datetime) -> RecordOrder:
    """The desk's order, with one fact in the place of its last."""
    order = order_of(desk.entries, desk)
    last: Entry = replace(order.entries[-1], fact=fact, at=at)
    return replace(order, entries=(last,))


def outcome(verdict: Verdict) -> Outcome:
    return Outcome(command_id="c", kind="urge", verdict=verdict, at=NOON)


def test_facts_are_counted_by_what_they_say(page: Page) -> None:
    desk = Desk().closed()
    page.counting.done("a", [order_of(desk.entries, desk)], None)
    assert page.value("complaint_cases_opened_total", policy="sop", channel="phone") == 1
    assert page.value("complaint_cases_closed_total", policy="sop", closing="resolved") == 1
    assert page.value("complaint_cases_closed_total", policy="sop", closing="withdrawn") == 0
    assert page.value("complaint_limits_met_total", policy="sop", limit="registration", late="false") == 1
    assert page.value("complaint_fact_to_record_seconds_count") == len(desk.entries)


def test_a_repeat_counts_nothing(page: Page) -> None:
    desk = Desk().registered()
    order = order_of(desk.entries, desk, outcomes=(outcome(Verdict.ACCEPTED), outcome(Verdict.REFUSED)))
    page.counting.done("a", [order], None)
    once = page.text()
    page.counting.done("a", [order], None)
    assert page.text() == once
    assert page.value("complaint_commands_total", kind="urge", verdict="accepted") == 1
    assert page.value("complaint_commands_total", kind="urge", verdict="refused") == 1
    page.counting.done("b", [order], None)
    assert page.value("complaint_commands_total", kind="urge", verdict="accepted") == 2


def test_a_further_try_is_the_same_act_and_the_next_under_its_id_is_another() -> None:
    first = replace(ActivityEnvironment.default_info(), activity_id="record", attempt=1, scheduled_time=NOON)
    later = NOON + timedelta(seconds=5)
    assert act_of(replace(first, attempt=2, current_attempt_scheduled_time=later)) == act_of(first)
    assert act_of(replace(first, scheduled_time=later)) != act_of(first)


def test_lateness_counts_from_when_it_could_be_known(page: Page) -> None:
    """An arrival entered a day late is no fault of the clocks."""
    desk = Desk()
    missed = LimitMissed(
        clock="registration", limit="registration", debtor=Debtor.COMPANY,
        due_at=NOON - timedelta(days=1), ladder_from=NOON,
    )  # fmt: skip
    page.counting.done("a", [with_fact(desk, missed, NOON + timedelta(seconds=0.6))], None)
    assert page.value("complaint_limits_missed_total", policy="sop", limit="registration") == 1
    assert page.value("complaint_rung_lateness_seconds_bucket", kind="limit_missed", le="0.5") == 0
    assert page.value("complaint_rung_lateness_seconds_bucket", kind="limit_missed", le="0.75") == 1


def test_a_level_by_hand_is_counted_but_was_due_at_no_time(page: Page) -> None:
    level = Escalated(
        clock="", limit="", level=2, role=Role.SUPERVISOR, due_at=None, scheduled_at=NOON - timedelta(hours=1)
    )
    page.counting.done("a", [with_fact(Desk(), level, NOON)], None)
    assert page.value("complaint_escalations_total", policy="sop", level="2") == 1
    assert page.value("complaint_rung_lateness_seconds_count", kind="escalated") is None
    by_clock = replace(level, clock="registration", limit="registration")
    page.counting.done("b", [with_fact(Desk(), by_clock, NOON)], None)
    assert page.value("complaint_rung_lateness_seconds_sum", kind="escalated") == 3600


def test_notices_are_counted_by_template_and_status(page: Page) -> None:
    def delivery(delivered: bool) -> Delivery:
        return Delivery(
            notice_key="1/receipt/customer", template="receipt", delivered=delivered, to_customer=True, at=NOON
        )

    page.counting.done("a", [], NotifyResult(deliveries=(delivery(True), delivery(True), delivery(False))))
    assert page.value(NOTICES.name, template="receipt", status="sent") == 2
    assert page.value(NOTICES.name, template="receipt", status="undeliverable") == 1
    sent = delivery(True)
    page.counting.done("b", [], NotifyResult(deliveries=(sent,), waiting=(sent.notice_key,)))
    assert page.value(NOTICES.name, template="receipt", status="sent") == 2, "told whole, later, by `notify`"


def test_nothing_on_the_page_names_a_case(page: Page) -> None:
    desk = Desk(datetime.now(UTC)).closed()
    order = order_of(desk.entries, desk)
    page.counting.done("a", [order], None)
    text = page.text()
    for personal in (order.number, order.case_id, "agent-1", "logistics-head", "13812345678", "王小明"):
        assert personal not in text
