"""Who stands in for whom, and when: rows with dates, chains followed at an instant, never in a circle."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from complaints.errors import BadValue
from records import locks
from records.database import Connection, holds
from records.people import Staff, staff_of
from records.tables import deputy, staff

LOCK = "deputies"
"""Two that are named at once could close a circle that neither sees."""

LARGEST_ID = 2**63 - 1
"""What the column of ids can hold; a larger one was never given out."""

BACK, AHEAD = timedelta(days=366), timedelta(days=3653)
"""How far an absence may reach: begun a year ago at most, over within ten years."""

IN_FORCE = and_(
    deputy.c.starts_at <= func.clock_timestamp(), deputy.c.ends_at > func.clock_timestamp(), deputy.c.ended_at.is_(None)
)
NOT_OVER = and_(deputy.c.ends_at > func.clock_timestamp(), deputy.c.ended_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Somebody away from one instant until another, and who stands in meanwhile; all by staff ids."""

    person: str
    deputy: str
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    id: int = 0

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise BadValue("until", "must come after from")
        if self.person == self.deputy:
            raise BadValue("deputy", "nobody stands in for themselves")

    def holds_at(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


async def name(connection: Connection, absence: Absence, by: str) -> int:
    """Keep an absence and answer with its id; raises BadValue for one that can't be."""
    await locks.hold(connection, LOCK)
    others = await _not_over(connection)
    _in_reach(absence, (await connection.execute(select(func.clock_timestamp()))).scalar_one())
    _check(absence, others)
    names = ("person", "deputy", "starts_at", "ends_at", "reason")
    values = {each: getattr(absence, each) for each in names}
    keeping = insert(deputy).values(**values, named_by=by).returning(deputy.c.id)
    return int((await connection.execute(keeping)).scalar_one())


def _in_reach(absence: Absence, now: datetime) -> None:
    if absence.ends_at <= now:
        raise BadValue("until", "is over already")
    if absence.starts_at < now - BACK:
        raise BadValue("from", "lies more than a year back")
    if absence.ends_at > now + AHEAD:
        raise BadValue("until", "lies more than ten years ahead")


def _check(new: Absence, others: list[Absence]) -> None:
    """One deputy at a time, and no circle at any instant: one could only close when some absence begins."""
    overlapping = [each for each in others if each.starts_at < new.ends_at and new.starts_at < each.ends_at]
    if any(each.person == new.person for each in overlapping):
        raise BadValue("from", "this person has a deputy then: end that one first")
    for at in {new.starts_at, *(max(each.starts_at, new.starts_at) for each in overlapping)}:
        now = {each.person: each.deputy for each in overlapping if each.holds_at(at)}
        if new.person in chain(new.deputy, now):
            raise BadValue("deputy", "is away then, and this person stands in for them: that is a circle")


def chain(person: str, deputies: Mapping[str, str]) -> tuple[str, ...]:
    """Who stands in for a person, and who for that one, to the end; nobody where the person is there."""
    found: list[str] = []
    while (person := deputies.get(person, "")) and person not in found:
        found.append(person)
    return tuple(found)


def stands_in(person: str, away: Mapping[str, str], but: Collection[str]) -> str:
    """The person, or the last in the chain of deputies; whom the complaint is about stands in for nobody."""
    return next((each for each in reversed(chain(person, away)) if each not in but), person)


def resolved(persons: Iterable[str], away: Mapping[str, str], but: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Who is told for these persons, each with the absent ones it stands in for."""
    found: dict[str, tuple[str, ...]] = {}
    for person in persons:
        last = stands_in(person, away, but)
        found[last] = found.get(last, ()) + ((person,) if last != person else ())
    return found


async def end(connection: Connection, person: str, absence_id: int, by: str) -> bool:
    """End an absence before its time; whether there was one that wasn't over."""
    if not 0 < absence_id <= LARGEST_ID:
        return False
    ending = update(deputy).where(deputy.c.id == absence_id, deputy.c.person == person, NOT_OVER)
    ended = ending.values(ended_at=func.clock_timestamp(), ended_by=by).returning(deputy.c.id)
    return (await connection.execute(ended)).first() is not None


async def of(connection: Connection, person: str | None = None) -> list[Absence]:
    """Absences that last or are to come, of one person or of everybody, the soonest first; what is over isn't shown."""
    return [each for each in await _not_over(connection) if person in (None, each.person)]


async def _not_over(connection: Connection) -> list[Absence]:
    wanted = select(deputy).where(NOT_OVER).order_by(deputy.c.starts_at, deputy.c.id)
    return [_absence(row) for row in await connection.execute(wanted)]


def _absence(row: Row[Any]) -> Absence:
    names = ("id", "person", "deputy", "starts_at", "ends_at", "reason")
    return Absence(**{each: getattr(row, each) for each in names})


async def in_force(connection: Connection) -> dict[str, str]:
    """Who stands in for whom at this instant; somebody who has left stands in for nobody."""
    wanted = select(deputy.c.person, deputy.c.deputy).join(staff, staff.c.id == deputy.c.deputy)
    rows = await connection.execute(wanted.where(IN_FORCE, staff.c.active))
    return {row.person: row.deputy for row in rows}


async def represented(connection: Connection, person: str) -> tuple[Staff, ...]:
    """For whom this person may act at this instant, straight or along a chain."""
    deputies = await in_force(connection)
    absent = [each for each in deputies if person in chain(each, deputies)]
    if not absent:
        return ()
    rows = await connection.execute(select(staff).where(staff.c.id.in_(absent), staff.c.active).order_by(staff.c.id))
    return tuple(staff_of(row) for row in rows)


async def person(connection: Connection, login: str) -> Staff | None:
    """Somebody of the staff by login or id."""
    if not holds(login):
        return None
    wanted = select(staff).where(or_(staff.c.login == login, staff.c.id == login), staff.c.active)
    row = (await connection.execute(wanted.order_by(staff.c.login != login).limit(1))).one_or_none()
    return staff_of(row) if row else None

