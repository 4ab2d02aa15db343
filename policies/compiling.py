"""From a policy file to the rules that travel with a case."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from complaints.errors import PolicyMistake
from complaints.policy import (
    AmountAuthority,
    CategoryRule,
    LadderStep,
    Limit,
    MediationRule,
    PlanForm,
    RevisitRule,
    Rules,
    Silence,
    ZoneOffset,
)
from complaints.vocabulary import RevisitWay, Unit
from complaints.workcalendar import WorkCalendar
from policies import calendars
from policies.calendars import Calendar
from policies.document import Document, LimitSection

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SLICE = timedelta(days=400)
"""How far ahead the zone's offsets travel with a case."""


def compile_rules(
    document: Document, opened_at: datetime, calendar: Calendar | None = None, arrived_at: datetime | None = None
) -> Rules:
    """The rules of this policy for a case opened at that instant; the shipped calendar unless another is given."""
    return Rules(
        key=document.policy.key,
        version=document.policy.version,
        categories=_categories(document),
        departments=tuple(document.departments),
        coordinating_department=document.liability.coordinating_department.value,
        indicators={grade: each.indicators.value for grade, each in document.grades.named().items()},
        large_amount=document.grades.large_amount.value,
        limits=tuple(_limit(name, each) for name, each in document.limits.items()),
        ladder=tuple(LadderStep(role=each.role, after=each.after) for each in document.ladder.steps),
        ladder_repeat=document.ladder.repeat_every.value,
        acknowledge_at_most=document.ladder.acknowledge_at_most.value,
        grace=document.ladder.act_after_due.value,
        wait_at_most=document.waiting.at_most.value,
        never_wait=document.waiting.never_for.value,
        authority={grade: each.value for grade, each in document.authority.by_grade.items()},
        owners={stage: each.owner for stage, each in document.stages.items()},
        low_score=document.revisit.low_score.value,
        silence=_silence(document),
        by_hand=document.by_hand.kinds.value,
        offsets=offsets(document.policy.zone.value, opened_at),
        run_events=document.workflow.run_events.value,
        calendar=_calendar(document, opened_at, calendar, arrived_at),
        matters=document.intake.matters.value,
        form=document.intake.form.value,
        read_back=document.intake.read_back.value,
        parties=document.liability.parties.value,
        joint_record=document.liability.joint_record.value,
        work_groups=tuple(name for name, each in document.departments.items() if each.work_group),
        authority_above=tuple(AmountAuthority(above=each.amount, role=each.role) for each in document.authority.above),
        plan_form=_plan_form(document),
        mediation=_mediation(document),
        confirmation=document.confirmation.mode.value,
        signature=document.confirmation.signature.value,
        revisit=_revisit(document),
        checklists={stage: tuple(each.checklist) for stage, each in document.stages.items() if each.checklist},
        named_action=True,
        fair_time=True,
    )


def _categories(document: Document) -> dict[str, CategoryRule]:
    found = document.categories.items()
    return {name: CategoryRule(department=each.department, opinion=each.opinion) for name, each in found}


def _silence(document: Document) -> Silence:
    silence = document.silence
    return Silence(
        allowed=silence.close_unconfirmed.value, attempts=silence.attempts.value, channels=silence.channels.value
    )


def _mediation(document: Document) -> MediationRule:
    mediation = document.mediation
    return MediationRule(after_refusals=mediation.after_refusals.value, mediators=mediation.mediators.value)


def _plan_form(document: Document) -> PlanForm:
    form = document.plan_form
    return PlanForm(
        required=form.required.value,
        kinds=form.kinds.value,
        vague=form.vague.value,
        apology_needs_fault=form.apology_needs_fault.value,
        validity=form.validity.value,
        original_account=form.original_account.value,
        explained=form.explained.value,
        named_contact=form.named_contact.value,
    )


def _revisit(document: Document) -> RevisitRule:
    revisit = document.revisit
    return RevisitRule(
        numbered=bool(document.numbers.revisit.value),
        questionnaire=RevisitWay.QUESTIONNAIRE in revisit.ways.value,
        remedy_named=revisit.remedy_named.value,
        suggestions_to=revisit.suggestions_to.value,
    )


def _calendar(
    document: Document, opened_at: datetime, given: Calendar | None, arrived_at: datetime | None
) -> WorkCalendar | None:
    """The calendar's slice for a case; none where every clock counts natural time."""
    if all(each.unit is Unit.NATURAL for each in document.limits.values()):
        return None
    key = document.policy.calendar.value
    if given is None and key not in calendars.shipped():
        raise PolicyMistake(document.policy.key, (f"policy.calendar.value: no such calendar: {key}",))
    return (given or calendars.load(key)).slice(opened_at, arrived_at)


def _limit(name: str, section: LimitSection) -> Limit:
    return Limit(name=name, **section.model_dump(exclude={"source", "clause"}))


def offsets(zone: str, since: datetime) -> tuple[ZoneOffset, ...]:
    """The zone's offsets from UTC for the 400 days from that instant, each with the instant it starts (to the hour)."""
    return _from_hour(zone, since.astimezone(UTC).replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=64)
def _from_hour(zone: str, at: datetime) -> tuple[ZoneOffset, ...]:
    """Looked up day by day, and hour by hour only in a day on which clocks are put forward or back."""
    place, end = ZoneInfo(zone), at + SLICE
    found = [ZoneOffset(since=at, offset=_offset(at, place))]
    while at < end:
        tomorrow = min(at + DAY, end)
        if _offset(tomorrow, place) != found[-1].offset:
            hours = (at + HOUR * more for more in range(1, (tomorrow - at) // HOUR + 1))
            changed = next((hour for hour in hours if _offset(hour, place) != found[-1].offset), end)
            if changed < end:
                found.append(ZoneOffset(since=changed, offset=_offset(changed, place)))
        at = tomorrow
    return tuple(found)


def _offset(at: datetime, place: ZoneInfo) -> timedelta:
    return at.astimezone(place).utcoffset() or timedelta(0)
