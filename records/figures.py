"""What the record says about now: cases by where they stand, and everything that should not be waiting."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.figures import Figure
from records.tables import complaint_case as case
from records.tables import deadline, notice, receipt, reconciliation
from records.worklists import LATE, OVERDUE, WITHOUT_CLOCK

Reading = dict[tuple[str, ...], float]
"""Values by the values of their labels."""

NOT_ENDED = case.c.state != "ended"
OPENING = case.c.state == "opening"
UNSETTLED = receipt.c.settled_at.is_(None)
SENDING = notice.c.status == "sending"
DUE_NOW = [deadline.c.next_rung_at < func.now(), ~deadline.c.paused]


def _count(*wanted: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).where(*wanted)


def _age(oldest: ColumnElement[Any], *wanted: ColumnElement[bool]) -> Select[Any]:
    """How long ago the oldest was; 0 where there is none."""
    age = func.extract("epoch", func.now() - func.min(oldest))
    return select(func.greatest(func.coalesce(age, 0), 0)).where(*wanted)


_LATEST = select(reconciliation.c.figures).order_by(reconciliation.c.id.desc()).limit(1).subquery()
_SINCE = func.coalesce(
    select(func.max(reconciliation.c.ran_at)).scalar_subquery(), select(func.min(case.c.opened_at)).scalar_subquery()
)
_SINCE_RECONCILED = select(func.greatest(func.coalesce(func.extract("epoch", func.now() - _SINCE), 0), 0))
_FIGURE = func.jsonb_each_text(_LATEST.c.figures).table_valued("key", "value")


def _gauge(name: str, says: str, *labels: str) -> Figure:
    return Figure(name, "gauge", says, labels)


OF_OPEN_CASES: tuple[tuple[Figure, ColumnElement[bool]], ...] = (
    (_gauge("complaint_cases_overdue", "Open cases with a limit of the company passed and its act not done."), OVERDUE),
    (
        _gauge("complaint_cases_waiting_for_customer", "Open cases in which it is the customer's turn."),
        case.c.waiting_for_customer,
    ),
    (_gauge("complaint_cases_needing_hand", "Open cases whose customer somebody has to call."), case.c.needs_hand),
    (_gauge("complaint_cases_without_clock", "Open cases without an armed deadline; stays 0."), WITHOUT_CLOCK),
    (
        _gauge("complaint_cases_aborted", "Open cases whose workflow somebody terminated; each waits for a person."),
        case.c.aborted_at.is_not(None),
    ),
    (_gauge("complaint_cases_opening", "Cases numbered whose workflow is not started yet."), OPENING),
)
"""Which of the open cases each counts; all are counted at one reading, for there may be many cases."""

GAUGES: tuple[tuple[Figure, Select[Any]], ...] = (
    (
        _gauge("complaint_cases_open", "Cases that have not ended.", "policy", "stage", "grade"),
        select(case.c.policy, case.c.stage, case.c.grade, func.count())
        .where(NOT_ENDED)
        .group_by(case.c.policy, case.c.stage, case.c.grade),
    ),
    (
        _gauge("complaint_limits_overdue", "Limits of the company that have passed, their act not done.", "limit"),
        select(deadline.c.limit_name, func.count()).where(*LATE).group_by(deadline.c.limit_name),
    ),
    (
        _gauge("complaint_cases_opening_oldest_age_seconds", "How long the oldest case not started has been waiting."),
        _age(case.c.opened_at, OPENING),
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
    (
        _gauge("complaint_reconciliation", "What the last reconciliation compared and found.", "figure"),
        select(_FIGURE.c.key, cast(_FIGURE.c.value, Integer)).join_from(_LATEST, _FIGURE, true()),
    ),
    (
        _gauge(
            "complaint_reconciliation_age_seconds",
            "How long ago the last reconciliation was done; where none ever was, since the first case was opened.",
        ),
        _SINCE_RECONCILED,
    ),
)

FIGURES = tuple(figure for figure, _ in (*OF_OPEN_CASES, *GAUGES))


async def read(connection: AsyncConnection) -> dict[str, Reading]:
    """Every gauge by its name, as it is at this moment."""
    counts = [func.count().filter(condition).label(figure.name) for figure, condition in OF_OPEN_CASES]
    open_cases = (await connection.execute(select(*counts).where(NOT_ENDED))).one()
    found: dict[str, Reading] = {name: {(): float(value)} for name, value in open_cases._mapping.items()}
    for figure, query in GAUGES:
        found[figure.name] = await _reading(connection, query)
    return found


async def _reading(connection: AsyncConnection, query: Select[Any]) -> Reading:
    """The last column is the value, those before are the labels."""
    rows = (await connection.execute(query)).all()
    return {tuple(str(label or "") for label in row[:-1]): float(row[-1]) for row in rows}
