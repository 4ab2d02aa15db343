"""An oracle nobody here made: the due times a city's own system gave to 90,000 requests, from calendar data alone.

The rows stay where they are, beside the project; a few rows of our own writing show the same rule everywhere.
"""

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.vocabulary import Unit
from complaints.workcalendar import WorkCalendar
from complaints.worktime import due
from policies import calendars

COLLECTION = Path(__file__).parents[3] / "shared" / "data" / "sla_boston311_2015"
BOSTON = ZoneInfo("America/New_York")
TOLERANCE = timedelta(minutes=2)
"""The city's system writes some due times to the minute only."""

HOLIDAYS_WRITTEN_HERE = ("2015-02-16", "2015-05-25", "2015-09-07")

there = pytest.mark.skipif(not COLLECTION.exists(), reason=f"{COLLECTION.name} is not beside this repository")


def calendar(holidays: tuple[str, ...]) -> WorkCalendar:
    """Monday to Friday from half past eight to five, and the holidays."""
    week = "\n".join(f'{day} = ["08:30-17:00"]' for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
    closed = ",\n".join(f'{{ from = {day}, to = {day}, zh = "假日", en = "Holiday" }}' for day in holidays)
    text = f"""
        [calendar]
        key = "boston"
        version = "2015"
        title = {{ zh = "波士顿", en = "Boston" }}
        zone = "America/New_York"
        state = "company"
        [week]
        {week}
        saturday = []
        sunday = []
        [days]
        closed = [{closed}]
    """
    return calendars.read("boston", text).between(date(2014, 12, 1), date(2016, 12, 31))


@pytest.mark.parametrize(
    ("opened", "days", "target"),
    [
        ("2015-06-03T10:12:31", 1, "2015-06-04T10:12:31"),
        ("2015-06-05T16:59:59", 3, "2015-06-10T16:59:59"),
        ("2015-06-05T17:00:01", 1, "2015-06-09T08:30:00"),
        ("2015-06-03T05:00:00", 2, "2015-06-05T08:30:00"),
        ("2015-06-06T12:00:00", 1, "2015-06-09T08:30:00"),
        ("2015-05-22T11:00:00", 1, "2015-05-26T11:00:00"),
        ("2015-05-25T11:00:00", 1, "2015-05-27T08:30:00"),
        ("2015-09-03T15:00:00", 10, "2015-09-18T15:00:00"),
        ("2015-03-06T15:00:00", 1, "2015-03-09T15:00:00"),  # over the night on which clocks are put forward
    ],
)
def test_business_days_keep_the_time_of_day_and_begin_with_the_next_morning(
    opened: str, days: int, target: str
) -> None:
    there_and_then = calendar(HOLIDAYS_WRITTEN_HERE)
    over = due(local(opened), timedelta(days=days), Unit.WORKING_DAY, there_and_then)
    assert there_and_then.wall(over) == datetime.fromisoformat(target)


@there
def test_the_citys_own_verdict_is_closed_by_the_due_time() -> None:
    judged = Counter(
        (local(row["closed_at"]) <= local(row["target_at"])) == (row["ontime_status"] == "ONTIME")
        for row in rows()
        if row["target_at"] and row["closed_at"] and row["ontime_status"]
    )
    sys.stderr.write(f"verdicts reproduced: {judged[True]} of {judged.total()}\n")
    assert judged[True] == judged.total() > 50_000


@there
def test_its_due_times_follow_from_the_calendar() -> None:
    """Business days by the calendar, the other types in natural time."""
    found = json.loads((COLLECTION / "sla_rules_found.json").read_text("utf-8"))
    boston = calendar(tuple(found["calendar"]["holidays_used"]))
    rules = {each["type"]: each for each in found["types"]}
    hit: Counter[tuple[str, bool]] = Counter()
    for row in rows():
        rule = rules.get(row["type"], {}).get("rule")
        if row["target_at"] and rule in UNITS:
            unit, span = UNITS[rule](rules[row["type"]])
            zone = BOSTON if unit is Unit.WORKING_DAY else UTC  # it counts hours as if clocks were never changed
            over = due(local(row["opened_at"], zone), span, unit, boston)
            hit[unit, abs(over - local(row["target_at"], zone)) <= TOLERANCE] += 1
    business = share(hit, Unit.WORKING_DAY)
    hours = share(hit, Unit.NATURAL)
    sys.stderr.write(f"due times reproduced: {business:.4f} of business days, {hours:.4f} of calendar hours\n")
    assert business >= 0.97


UNITS: dict[str, Any] = {
    "business_days": lambda rule: (Unit.WORKING_DAY, timedelta(days=rule["business_days"])),
    "calendar_hours": lambda rule: (Unit.NATURAL, timedelta(hours=rule["calendar_hours"])),
}


def share(hit: Counter[tuple[str, bool]], unit: Unit) -> float:
    return hit[unit, True] / (hit[unit, True] + hit[unit, False])


def rows() -> Iterator[dict[str, str]]:
    with gzip.open(COLLECTION / "open.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def local(text: str, zone: tzinfo = BOSTON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)
