"""A plan as lines for people: what the customer is told, and what its approver reads besides."""

from collections.abc import Iterator

from complaints.values import Measure, Plan


def told(plan: Plan) -> str:
    """What will be done, how, by whom and until when (SOP-3.4, DSP-3.2)."""
    return "\n".join(_told(plan))


def in_full(plan: Plan) -> str:
    """The same with what stays in the house: what it may cost, how liability is divided, the meeting (APP-3.1)."""
    return "\n".join((*_told(plan), *_inside(plan)))


def _told(plan: Plan) -> Iterator[str]:
    if plan.diagnosis.strip():
        yield f"诊断(diagnosis): {plan.diagnosis}"
    for place, each in enumerate(plan.measures, start=1):
        yield f"{place}. {'; '.join(_parts(each))}"
    for milestone in plan.milestones:
        yield f"节点(milestone): {milestone.text}; {milestone.until.isoformat()}"


def _parts(measure: Measure) -> Iterator[str]:
    yield f"{measure.kind.zh}({measure.kind.value}): {measure.text}"
    yield measure.actor
    yield measure.until.isoformat()
    if measure.original_account:
        yield "退回原支付账户(to the account it was paid from)"
    if measure.valid_until is not None:
        yield f"有效期至(valid until) {measure.valid_until.isoformat()}"
    if measure.evidence.strip():
        yield f"证据(evidence): {measure.evidence}"


def _inside(plan: Plan) -> Iterator[str]:
    if plan.cost_budget is not None:
        yield f"成本预算(cost budget): {plan.cost_budget}"
    if plan.liability.strip():
        yield f"责任划分(liability): {plan.liability}"
    if plan.meeting is not None:
        who, when = ", ".join(plan.meeting.attendees), plan.meeting.held_at.isoformat()
        yield f"会议(meeting): {who}; {when}; {plan.meeting.minutes}"
