"""What is owed: company limits that have passed, and steps of plans nobody has said anything of; by whom (WKS-4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from complaints.orders import Recipient
from complaints.vocabulary import Role, Stage, StepStatus
from records.database import Connection
from records.tables import complaint_case as case
from records.tables import deadline, journal
from records.worklists import LATE

DEPARTMENTAL = (Role.DEPARTMENT_HEAD, Role.EXECUTOR)
OF_STEPS = ("plan_drafted", "plan_accepted", "step_recorded", "delay_reported")


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One thing owed: a limit since its due time, or a step since anything was last said of it."""

    number: str
    by: Recipient
    since: datetime
    limit: str = ""
    step: str = ""

    def line(self) -> dict[str, str]:
        return {"number": self.number, "limit": self.limit, "step": self.step, "since": self.since.isoformat()}


async def overdue(connection: Connection, policy: str) -> list[Owed]:
    """Every company limit of the policy's open cases that has passed, the longest overdue first."""
    columns = (case, deadline.c.limit_name, deadline.c.owner_role.label("debtor_role"), deadline.c.due_at)
    missed = or_(deadline.c.state.in_(("missed", "suspended")), and_(*LATE))
    wanted = select(*columns).join(deadline, deadline.c.case_id == case.c.case_id)
    wanted = wanted.where(case.c.policy == policy, case.c.state == "open", deadline.c.debtor == "company", missed)
    rows = await connection.execute(wanted.order_by(deadline.c.due_at, case.c.number))
    return [
        Owed(number=row.number, by=_debtor(row, Role(row.debtor_role)), since=row.due_at, limit=row.limit_name)
        for row in rows
    ]


def _debtor(row: Any, role: Role, person: str | None = None) -> Recipient:
    """The named person, else everybody of the role, in the case's department where it has one."""
    named = row.owner_id if row.owner_role == role.value else None
    department = row.department if role in DEPARTMENTAL else None
    return Recipient(role=role, staff_id=person or named, department=department, but=tuple(row.involved))


async def silent(connection: Connection, policy: str, since: datetime) -> list[Owed]:
    """Every unfinished step of a plan in execution of which nothing has been said since then."""
    open_cases = (case.c.policy == policy, case.c.state == "open", case.c.stage == Stage.EXECUTING.value)
    cases = {row.case_id: row for row in await connection.execute(select(case).where(*open_cases))}
    wanted = select(journal).where(journal.c.case_id.in_(cases), journal.c.kind.in_(OF_STEPS))
    told: dict[str, list[Any]] = {}
    for row in await connection.execute(wanted.order_by(journal.c.case_id, journal.c.seq)):
        told.setdefault(row.case_id, []).append(row)
    steps = [step for case_id, rows in told.items() for step in _steps(cases[case_id], rows)]
    return sorted((each for each in steps if each.since <= since), key=lambda each: each.since)


def _steps(row: Any, told: Sequence[Any]) -> list[Owed]:
    """The unfinished steps of the last plan, each with when it was last spoken of, owed by who last worked on it."""
    found: dict[str, Owed] = {}
    for each in told:
        fact = each.plain["fact"]
        if each.kind == "plan_drafted":
            found = {f"m{place}": _step(row, f"m{place}", each) for place in range(1, len(fact["measures"]) + 1)}
        elif each.kind == "plan_accepted":
            found = {step: _step(row, step, each) for step in found}
        elif fact.get("status") == StepStatus.DONE.value:
            found.pop(fact["step"], None)
        elif fact["step"] in found:
            found[fact["step"]] = _step(row, fact["step"], each, by_whom=each.kind == "step_recorded")
    return list(found.values())


def _step(row: Any, step: str, told: Any, *, by_whom: bool = False) -> Owed:
    person = (told.actor.get("on_behalf_of") or told.actor["id"]) if by_whom else None
    return Owed(number=row.number, by=_debtor(row, Role.EXECUTOR, person), since=told.taken_at, step=step)
