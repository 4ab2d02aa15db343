"""What an engineer sees of a case in the Temporal UI: search attributes, current details, timer summaries."""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeUpdate

from complaints.case import Case
from complaints.facts import Entry
from complaints.ladder import Rung
from complaints.orders import CaseView, ClockView
from complaints.policy import Rules
from complaints.view import owner_of
from complaints.vocabulary import Role
from workflows import names

Attributes = dict[str, SearchAttributeUpdate[Any]]

ACTION_WORDS = {
    "warn": "预警 warns",
    "miss": "记超时 records the miss, tells",
    "escalate": "升级 brings in",
    "remind": "提醒 reminds",
    "call_task": "转电话任务 gives a call task to",
    "archive": "归档 archives, for",
}


def attributes(number: str, view: CaseView, rules: Rules) -> Attributes:
    """The search attributes of a case; the caller sends those that changed."""
    updates: list[SearchAttributeUpdate[Any]] = [
        names.NUMBER.value_set(number),
        names.POLICY.value_set(rules.key),
        names.STAGE.value_set(view.stage.value),
        names.GRADE.value_set(view.grade.value if view.grade else "none"),
        names.OWNER_ROLE.value_set(view.owner_role.value),
        names.DEPARTMENT.value_set(view.department or "none"),
        names.CHANNEL.value_set(view.channel.value),
        names.ARRIVED_AT.value_set(view.arrived_at),
        names.ESCALATION_LEVEL.value_set(view.escalation_level),
        names.PLAN_ROUND.value_set(view.round),
        names.OVERDUE.value_set(bool(view.missed)),
        names.WAITING_FOR_CUSTOMER.value_set(view.waiting_for_customer),
        names.NEEDS_HAND.value_set(view.needs_hand),
        names.NEXT_DUE.value_set(view.next_due) if view.next_due else names.NEXT_DUE.value_unset(),
    ]
    return {update.key.name: update for update in updates}


def local(at: datetime, rules: Rules) -> str:
    """An instant as the wall clock of the policy's zone shows it."""
    offset = next((each.offset for each in reversed(rules.offsets) if each.since <= at), rules.offsets[0].offset)
    return (at + offset).strftime("%Y-%m-%d %H:%M:%S")


def hears(rung: Rung, case: Case, rules: Rules) -> Role:
    """Who hears of a rung."""
    if rung.action == "escalate":
        return rules.ladder[rung.level - 1].role
    return Role.AGENT if rung.action == "call_task" else owner_of(rung.clock, case, rules)


def timer_summary(rung: Rung, case: Case, rules: Rules) -> str:
    """What a timer waits for, in a few words."""
    who = hears(rung, case, rules)
    return f"{rung.clock.limit.name}: {ACTION_WORDS[rung.action]} {who.zh} {who.value}"


def page(case: Case, view: CaseView, rung: Rung | None, recent: tuple[Entry, ...], rules: Rules) -> str:
    """A short page of Markdown: where it stands, whose turn, the next deadline and who hears of it."""
    lines = [
        f"### {case.number} · {view.stage.zh} {view.stage.value}",
        f"- 级别 grade: **{_grade(view)}**, 轮次 round {view.round}, 升级层级 escalation level {view.escalation_level}",
        f"- 轮到 whose turn: **{_turn(view)}** ({_departments(view)})",
        f"- 下一时限 next deadline: {_next(view, rules)}",
        f"- 下一动作 next act: {_act(rung, case, rules)}",
        "",
        "#### 时限 clocks",
        *(_clock_line(clock, rules) for clock in view.clocks),
        "",
        "#### 最近 recent",
        *(f"- {local(each.at, rules)} #{each.seq} {each.fact.kind}" for each in recent),
    ]
    return "\n".join(lines)


def _grade(view: CaseView) -> str:
    if view.grade is None:
        return "未定 none yet"
    return f"{view.grade.zh} {view.grade.value}" + ("" if view.grade_endorsed else " (初审 provisional)")


def _turn(view: CaseView) -> str:
    if view.waiting_for_customer:
        return f"客户 customer (跟进 followed by {view.owner_role.value})"
    return f"{view.owner_role.zh} {view.owner_role.value}" + (f" {view.owner_id}" if view.owner_id else "")


def _departments(view: CaseView) -> str:
    shared = f", 协同 with {', '.join(view.others)}, 牵头 led by {view.lead}" if view.others else ""
    return f"{view.department or '—'}{shared}"


def _next(view: CaseView, rules: Rules) -> str:
    if view.next_due is None:
        return "—"
    return f"**{local(view.next_due, rules)}** {view.next_due_clock}"


def _act(rung: Rung | None, case: Case, rules: Rules) -> str:
    return f"{local(rung.at, rules)} {timer_summary(rung, case, rules)}" if rung else "—"


def _clock_line(clock: ClockView, rules: Rules) -> str:
    waits = ", 等待 waiting" if clock.paused else ""
    state = f"{clock.state.zh} {clock.state.value}{waits}"
    return f"- {local(clock.due_at, rules)} **{clock.key}** {state}; 欠方 owed by {clock.owner_role.zh}"
