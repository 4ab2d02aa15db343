"""What the worker counts: facts written, commands settled, notices sent, and how late the clocks were.

Everything counts from the worker's start; what really happened, and when, stands in the journal.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from temporalio.common import MetricMeter

import policies
from complaints import facts as f
from complaints.commands import HUMAN_COMMANDS
from complaints.orders import Delivery, RecordOrder
from complaints.vocabulary import Closing, LookUpStatus
from plumbing.figures import Figure

LATENESS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
MOMENTS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)

OPENED = Figure("complaint_cases_opened_total", "counter", "Complaints that arrived.", ("policy", "channel"))
CLOSED = Figure("complaint_cases_closed_total", "counter", "Cases closed, by how.", ("policy", "closing"))
MET = Figure(
    "complaint_limits_met_total", "counter", "Acts done that a limit was waiting for; late is true or false.",
    ("policy", "limit", "late"),
)  # fmt: skip
MISSED = Figure("complaint_limits_missed_total", "counter", "Limits of the company that passed.", ("policy", "limit"))
WITHDRAWN = Figure(
    "complaint_misses_withdrawn_total", "counter", "Misses recorded that were none after all.", ("policy", "reason")
)
ESCALATIONS = Figure(
    "complaint_escalations_total", "counter", "Levels brought in, by clocks and by hand.", ("policy", "level")
)
LOOK_UPS = Figure(
    "complaint_look_ups_total", "counter", "Answers of the company's records.", ("policy", "status")
)
BY_HAND = Figure(
    "complaint_signals_by_hand_total", "counter", "Commands sent by hand, past the API.", ("policy", "verdict")
)
COMMANDS = Figure("complaint_commands_total", "counter", "Commands settled.", ("kind", "verdict"))
NOTICES = Figure(
    "complaint_notices_total", "counter", "Notices sent or given up, one a recipient.", ("template", "status")
)
RUNGS = Figure(
    "complaint_rung_lateness_seconds", "histogram",
    "From the moment a miss or an escalation was due, or could first be known, to its decision;"
    " half a second of it is the policy's grace.",
    ("kind",), LATENESS,
)  # fmt: skip
TO_RECORD = Figure(
    "complaint_fact_to_record_seconds", "histogram", "From the decision of a fact to its row in the journal.",
    (), MOMENTS,
)  # fmt: skip

FIGURES = (
    OPENED, CLOSED, MET, MISSED, WITHDRAWN, ESCALATIONS, LOOK_UPS, BY_HAND, COMMANDS, NOTICES, RUNGS, TO_RECORD
)  # fmt: skip

VERDICTS = ("accepted", "refused")

BY_FACT = {
    f.Arrived.kind: OPENED,
    f.Closed.kind: CLOSED,
    f.LimitMet.kind: MET,
    f.LimitMissed.kind: MISSED,
    f.MissWithdrawn.kind: WITHDRAWN,
    f.Escalated.kind: ESCALATIONS,
    f.LookedUp.kind: LOOK_UPS,
    f.HandSent.kind: BY_HAND,
}
"""Facts that are counted; but for the policy, the labels are fields of the fact."""


class Tally:
    """The figures of one worker, on the meter of its runtime."""

    def __init__(self, meter: MetricMeter) -> None:
        counters = [each for each in FIGURES if each.kind == "counter"]
        histograms = [each for each in FIGURES if each.kind == "histogram"]
        # The exporter adds the `_total` by itself.
        self._counters = {it.name: meter.create_counter(it.name.removesuffix("_total"), it.says) for it in counters}
        self._histograms = {it.name: meter.create_histogram_float(it.name, it.says) for it in histograms}
        for figure, labels in _from_the_start():
            self._add(figure, labels, 0)

    def count(self, order: RecordOrder, at: datetime) -> None:
        """The facts and outcomes of an order that was written at that instant."""
        for entry in order.entries:
            self._observe(TO_RECORD, at - entry.at, {})
            if (due := due_of(entry.fact)) is not None:
                self._observe(RUNGS, entry.at - due, {"kind": entry.fact.kind})
            if (figure := BY_FACT.get(entry.fact.kind)) is not None:
                own = {label: _word(getattr(entry.fact, label)) for label in figure.labels if label != "policy"}
                self._add(figure, {"policy": order.policy, **own})
        for outcome in order.outcomes:
            self._add(COMMANDS, {"kind": outcome.kind, "verdict": outcome.verdict.value})

    def deliveries(self, made: Iterable[Delivery]) -> None:
        """What became of notices."""
        for each in made:
            status = "sent" if each.delivered else "undeliverable"
            self._add(NOTICES, {"template": each.template, "status": status})

    def _add(self, figure: Figure, labels: dict[str, str], number: int = 1) -> None:
        self._counters[figure.name].add(number, labels)

    def _observe(self, figure: Figure, span: timedelta, labels: dict[str, str]) -> None:
        self._histograms[figure.name].record(max(span.total_seconds(), 0.0), labels)


def due_of(fact: f.Fact) -> datetime | None:
    """When a clock should have decided this; None for what no clock decided."""
    match fact:
        case f.LimitMissed():
            return fact.ladder_from
        case f.Escalated() if fact.clock:
            return fact.scheduled_at
        case _:
            return None


def _word(value: object) -> str:
    return str(value).lower()


def _from_the_start() -> Iterator[tuple[Figure, dict[str, str]]]:
    """Series shown as 0 before anything happened: the first miss then is a rise, not a beginning."""
    for policy in list(policies.keys()):
        rules = policies.load(policy).rules(datetime.now(UTC))
        for limit in rules.limits:
            yield MISSED, {"policy": policy, "limit": limit.name}
            for late in ("false", "true"):
                yield MET, {"policy": policy, "limit": limit.name, "late": late}
        for level in range(1, len(rules.ladder) + 1):
            yield ESCALATIONS, {"policy": policy, "level": str(level)}
        for closing in Closing:
            yield CLOSED, {"policy": policy, "closing": closing.value}
        for status in (LookUpStatus.FOUND, LookUpStatus.NOT_FOUND, LookUpStatus.FAILED):
            yield LOOK_UPS, {"policy": policy, "status": status.value}
        for reason in ("taken_in_time", "regraded", "policy_adopted"):
            yield WITHDRAWN, {"policy": policy, "reason": reason}
        for verdict in VERDICTS:
            yield BY_HAND, {"policy": policy, "verdict": verdict}
    for kind, verdict in product(HUMAN_COMMANDS, VERDICTS):
        yield COMMANDS, {"kind": kind, "verdict": verdict}
