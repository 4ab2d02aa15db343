"""What the lists show of a case: its view as columns, and a row for each of its clocks."""

from typing import Any

from pydantic import TypeAdapter

from complaints.orders import CaseView, ClockView

VIEW = TypeAdapter(CaseView)


def of_view(view: CaseView) -> dict[str, Any]:
    """The columns of a case's row that follow from its view."""
    return {
        "version": view.version,
        "stage": view.stage.value,
        "grade": view.grade.value if view.grade else None,
        "matter": view.matter.value,
        "category": view.category,
        "department": view.department,
        "others": list(view.others),
        "lead": view.lead or None,
        "owner_role": view.owner_role.value,
        "owner_id": view.owner_id,
        "round": view.round,
        "escalation_level": view.escalation_level,
        "waiting_for_customer": view.waiting_for_customer,
        "needs_hand": view.needs_hand,
        "hand_marked": view.hand_marked,
        "revisit_number": view.revisit_number,
        "suggestion_to": view.suggestion_to,
        "overdue": bool(view.missed),
        "next_due": view.next_due,
        "next_due_clock": view.next_due_clock,
        "closing": view.closing.value if view.closing else None,
        "closed_at": view.closed_at,
        "involved": list(view.involved),
        "view": VIEW.dump_python(view, mode="json"),
        "state": "open",
    }


def of_clock(case_id: str, clock: ClockView) -> dict[str, Any]:
    """The row of one running clock."""
    return {
        "case_id": case_id,
        "clock": clock.key,
        "limit_name": clock.limit,
        "debtor": clock.debtor.value,
        "owner_role": clock.owner_role.value,
        "anchored_at": clock.anchored_at,
        "due_at": clock.due_at,
        "state": clock.state.value,
        "paused": clock.paused,
        "level": clock.level,
        "next_rung": clock.next_rung,
        "next_rung_at": clock.next_rung_at,
    }
