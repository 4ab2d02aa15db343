"""From a policy file to the rules that travel with a case."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from complaints.policy import CategoryRule, LadderStep, Limit, Rules, Silence, ZoneOffset
from complaints.vocabulary import Grade
from policies.document import Document, LimitSection

SLICE = timedelta(days=400)
"""How far ahead the zone's offsets travel with a case."""


def compile_rules(document: Document, opened_at: datetime) -> Rules:
    """The rules of this policy for a case opened at that instant."""
    return Rules(
        key=document.policy.key,
        version=document.policy.version,
        categories={
            name: CategoryRule(department=each.department, opinion=each.opinion)
            for name, each in document.categories.items()
        },
        departments=tuple(document.departments),
        coordinating_department=document.liability.coordinating_department.value,
        indicators={grade: getattr(document.grades, grade.value).indicators.value for grade in Grade},
        large_amount=document.grades.large_amount.value,
        limits=tuple(_limit(name, each) for name, each in document.limits.items()),
        ladder=tuple(LadderStep(role=each.role, after=each.after) for each in document.ladder.steps),
        ladder_repeat=document.ladder.repeat_every.value,
        acknowledge_at_most=document.ladder.acknowledge_at_most.value,
        grace=document.ladder.act_after_due.value,
        wait_at_most=document.waiting.at_most.value,
        never_wait=document.waiting.never_for.value,
        authority={grade: each.value for grade, each in document.authority.items()},
        owners={stage: each.owner for stage, each in document.stages.items()},
        low_score=document.revisit.low_score.value,
        silence=Silence(
            allowed=document.silence.close_unconfirmed.value,
            attempts=document.silence.attempts.value,
            channels=document.silence.channels.value,
        ),
        by_hand=document.by_hand.kinds.value,
        offsets=offsets(document.policy.zone.value, opened_at),
        run_events=document.workflow.run_events.value,
    )


def _limit(name: str, section: LimitSection) -> Limit:
    return Limit(name=name, **section.model_dump(exclude={"source", "clause"}))


def offsets(zone: str, since: datetime) -> tuple[ZoneOffset, ...]:
    """The zone's offsets from UTC for the 400 days from that instant, each with the instant it starts (to the hour)."""
    return _from_hour(zone, since.astimezone(UTC).replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=64)
def _from_hour(zone: str, at: datetime) -> tuple[ZoneOffset, ...]:
    """Looked up hour by hour, which takes longer than all the rest of opening a case: once an hour is enough."""
    place = ZoneInfo(zone)
    found: list[ZoneOffset] = []
    end = at + SLICE
    while at < end:
        offset = at.astimezone(place).utcoffset() or timedelta(0)
        if not found or found[-1].offset != offset:
            found.append(ZoneOffset(since=at, offset=offset))
        at += timedelta(hours=1)
    return tuple(found)
