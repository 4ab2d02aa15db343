"""Facts of what came of the acts the workflow asked for."""

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.case import Case
from complaints.vocabulary import Stage, TellingWay


def _tell_delivered(asked: Asked) -> tuple[f.Fact, ...]:
    """The plan counts as told, and a wait begins, when the provider took the message (SOP-3.4, APP-2.1)."""
    it: c.TellDelivered = asked.command
    case = asked.case
    if it.template == "plan_told" and case.stage is Stage.PROPOSING and _awaits(case, "plan_sent", "plan_proposed"):
        return (f.PlanProposed(way=TellingWay.MESSAGE, told_at=it.delivered_at),)
    if it.template == "information_requested" and _awaits(case, "information_requested", "information_request_sent"):
        return (f.InformationRequestSent(sent_at=it.delivered_at),)
    return ()


def _awaits(case: Case, asked: str, done: str) -> bool:
    return case.seq(asked) > case.seq(done)


def _tell_undeliverable(asked: Asked) -> tuple[f.Fact, ...]:
    if not asked.case.is_open() or asked.case.call_task_open:
        return ()
    return (f.CallTaskOpened(clock="", limit=asked.command.template, reason="undeliverable"),)


def _tell_looked_up(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.TellLookedUp = asked.command
    return (f.LookedUp(status=it.status, contradictions=it.contradictions, private=it.answer),)


MAKERS: dict[str, Maker] = {
    "tell_delivered": _tell_delivered,
    "tell_undeliverable": _tell_undeliverable,
    "tell_looked_up": _tell_looked_up,
    "tell_revisit_number": lambda asked: (
        f.RevisitNumbered(number=asked.command.number, round=asked.command.round),
    ),
    "mark_hand_sent": lambda asked: (f.HandSent(signal=asked.command.signal, verdict=asked.command.verdict),),
}
