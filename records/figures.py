"""What the record says about now: cases by where they stand, and everything that should not be waiting."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.figures import Figure
from records.tables import complaint_case as case
from records.tables import deadline, notice, receipt
from records.worklists import LATE, OVERDUE, WITHOUT_CLOCK

Reading = dict[tuple[str, ...], float]
"""Values by the values of their labels."""

NOT_ENDED = case.c.state != "ended"
UNSETTLED = receipt.c.settled_at.is_(None)
SENDING = notice.c.status == "sending"
DUE_NOW = [deadline.c.next_rung_at < func.now(), ~deadline.c.paused]


def _count(*wanted: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).where(*wanted)


def _age(oldest: ColumnElement[Any], *wanted: ColumnElement[bool]) -> Select[Any]:
    """How long ago the oldest was; 0 where there is none."""
    age = func.extract("epoch", func.now() - func.min(oldest))
    return select(func.greatest(func.coalesce(age, 0), 0)).where(*wanted)


def _gauge(name: str, says: str, *labels: str) -> Figure:
    return Figure(name, "gauge", says, labels)


GAUGES: tuple[tuple[Figure, Select[Any]], ...] = (
    (
        _gauge("complaint_cases_open", "Cases that have not ended.", "policy", "stage", "grade"),
        select(case.c.policy, case.c.stage, case.c.grade, func.count())
        .where(NOT_ENDED)
        .group_by(case.c.policy, case.c.stage, case.c.grade),
    ),
    (
        _gauge("complaint_cases_overdue", "Open cases with a limit of the company passed and its act not done."),
        _count(OVERDUE, NOT_ENDED),
    ),
    (
        _gauge("complaint_limits_overdue", "Limits of the company that have passed, their act not done.", "limit"),
        select(deadline.c.limit_name, func.count()).where(*LATE).group_by(deadline.c.limit_name),
    ),
    (
        _gauge("complaint_cases_waiting_for_customer", "Open cases in which it is the customer's turn."),
        _count(case.c.waiting_for_customer, NOT_ENDED),
    ),
    (
        _gauge("complaint_cases_needing_hand", "Open cases in which somebody has to call the customer."),
        _count(case.c.needs_hand, NOT_ENDED),
    ),
    (
        _gauge("complaint_cases_without_clock", "Open cases without an armed deadline; stays 0."),
        _count(WITHOUT_CLOCK),
    ),
    (
        _gauge("complaint_cases_opening", "Cases numbered whose workflow is not started yet."),
        _count(case.c.state == "opening"),
    ),
    (
        _gauge("complaint_cases_opening_oldest_age_seconds", "How long the oldest of them has been waiting."),
        _age(case.c.opened_at, case.c.state == "opening"),
    ),
    (_gauge("complaint_receipts_unsettled", "Commands taken whose outcome is not known yet."), _count(UNSETTLED)),
    (
        _gauge("complaint_receipts_unsettled_oldest_age_seconds", "How long the oldest of them has been waiting."),
        _age(receipt.c.taken_at, UNSETTLED),
    ),
    (_gauge("complaint_notices_sending", "Notices noted that no mail server has taken yet."), _count(SENDING)),
    (
        _gauge("complaint_notices_sending_oldest_age_seconds", "How long the oldest of them has been waiting."),
        _age(notice.c.created_at, SENDING),
    ),
    (
        _gauge("complaint_rungs_unrecorded", "Acts of clocks whose time has come and that the journal doesn't hold."),
        _count(*DUE_NOW),
    ),
    (
        _gauge("complaint_journal_lag_seconds", "How long the oldest of them has been due."),
        _age(deadline.c.next_rung_at, *DUE_NOW),
    ),
)

FIGURES = tuple(figure for figure, _ in GAUGES)


async def read(connection: AsyncConnection) -> dict[str, Reading]:
    """Every gauge by its name, as it is at this moment."""
    return {figure.name: await _reading(connection, query) for figure, query in GAUGES}


async def _reading(connection: AsyncConnection, query: Select[Any]) -> Reading:
    """The last column is the value, those before are the labels."""
    rows = (await connection.execute(query)).all()
    return {tuple(str(label or "") for label in row[:-1]): float(row[-1]) for row in rows}
