"""The clocks of a case: every running one, and how a due time came about."""

from fastapi import APIRouter, Request

from api import access
from api.errors import DoorError, documented
from api.explaining import Account, account_of
from api.rest import showing
from api.rest.complaints import Asking
from api.rest.shapes import DeadlineOut, DeadlinesOut, ExplanationOut, StepOut, WaitOut
from api.restarting import BrokenJournal
from api.tools import tools
from complaints.account import told
from complaints.explanation import WaitTaken
from complaints.reckoning import Step
from complaints.workcalendar import WorkCalendar
from records import worklists

router = APIRouter(prefix="/api/v1/complaints", tags=["complaints"])


@router.get("/{number}/deadlines", responses=documented(401, 403, 404, 422, 503))
async def deadlines(request: Request, number: str, asking: Asking) -> DeadlinesOut:
    """Every running clock, with what it does next and when."""
    access.staff_only(asking)
    row = await showing.visible_case(request, asking, number)
    async with tools(request).database.transaction() as connection:
        rows = await worklists.deadlines(connection, row["case_id"])
    shown = [
        DeadlineOut(**each, limit=each["limit_name"], remaining_seconds=showing.remaining(each["due_at"]))
        for each in rows
    ]
    return DeadlinesOut(deadlines=shown)


@router.get("/{number}/deadlines/{clock}", responses=documented(401, 403, 404, 422, 503))
async def explanation(request: Request, number: str, clock: str, asking: Asking) -> ExplanationOut:
    """How the due time of a running clock came about, step by step, by the calendar the case carries."""
    access.staff_only(asking)
    row = await showing.visible_case(request, asking, number)
    desk = tools(request)
    try:
        async with desk.database.transaction() as connection:
            found = await account_of(connection, desk.keys, row["case_id"], number, clock)
    except BrokenJournal:
        raise DoorError(503, "broken_journal", "The journal of this case isn't whole; tell the engineers.") from None
    if found is None:
        raise DoorError(404, "no_such_clock", "No clock of this name runs in the case now.")
    return _shown(found)


def _shown(account: Account) -> ExplanationOut:
    found, calendar = account.explanation, account.calendar
    clock = found.clock
    return ExplanationOut(
        clock=clock.key,
        limit=clock.limit.name,
        unit=clock.limit.unit,
        span_seconds=None if found.span is None else found.span.total_seconds(),
        anchored_at=clock.anchored_at,
        due_at=clock.due_at,
        calendar=calendar.key if calendar else None,
        calendar_version=calendar.version if calendar else None,
        provisional=any(step.provisional for step in found.steps),
        steps=[_step(each, account.walls) for each in found.steps],
        waits=[_wait(each) for each in found.waits],
    )


def _wait(wait: WaitTaken) -> WaitOut:
    counted = None if wait.counted is None else wait.counted.total_seconds()
    return WaitOut(since=wait.since, until=wait.until, counted_seconds=counted)


def _step(step: Step, walls: WorkCalendar) -> StepOut:
    return StepOut(
        start=step.start,
        end=step.end,
        counted_seconds=step.counted.total_seconds(),
        why=step.why,
        zh=told(step, walls, "zh"),
        en=told(step, walls, "en"),
        provisional=step.provisional,
    )
