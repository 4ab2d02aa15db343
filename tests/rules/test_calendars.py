"""Calendars as data: what is shipped is what was announced, mistakes are named by path, a company's extends another."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints.vocabulary import CalendarState, Unit
from complaints.workcalendar import Shift
from complaints.worktime import due
from policies import calendars
from policies.calendars import Calendar, CalendarMistake
from policies.calendars.picture import picture
from policies.calendars.slicing import offsets

COLLECTION = Path(__file__).parents[3] / "shared" / "data" / "holidays_cn"
CN = calendars.load("cn")
SHIPPED = {key: calendars.load(key) for key in calendars.shipped()}
there = pytest.mark.skipif(not COLLECTION.exists(), reason=f"{COLLECTION.name} is not beside this repository")

COMPANY = """
[calendar]
key = "shop"
version = "3"
title = { zh = "门店", en = "Shop" }
state = "company"
extends = "cn"

[week]
monday = []
tuesday = ["08:00-12:00", "13:00-17:00", "18:00-20:00"]
wednesday = ["08:00-12:00"]
thursday = ["08:00-12:00"]
friday = ["08:00-12:00"]
saturday = ["10:00-24:00"]
sunday = ["00:00-02:00"]

[days]
closed = [{ from = 2026-07-01, to = 2026-07-03, zh = "盘点", en = "Stocktaking" }]
worked = [{ day = 2026-10-01, zh = "国庆值班", en = "On duty", shifts = ["10:00-16:00"] }]
"""


def year(calendar: Calendar, number: int) -> list[date]:
    """The days of a year that are worked."""
    slice_ = calendar.between(date(number, 1, 1), date(number, 12, 31))
    days = (slice_.first + timedelta(days=more) for more in range((slice_.last - slice_.first).days + 1))
    return [day for day in days if slice_.shifts_on(day)]


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        ("2023-01-28", True),
        ("2023-10-06", False),
        ("2023-10-08", True),
        ("2024-02-09", True),
        ("2024-02-10", False),
        ("2024-02-18", True),
        ("2024-05-11", True),
        ("2025-01-26", True),
        ("2025-02-04", False),
        ("2025-05-31", False),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-01-04", True),
        ("2026-02-23", False),
        ("2026-05-09", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
    ],
)
def test_days_that_changed_places_with_others(day: str, is_worked: bool) -> None:
    """Failures #9, #60: a few days of each year, written down from the notices."""
    on = date.fromisoformat(day)
    assert (on in year(CN, on.year)) is is_worked


@pytest.mark.parametrize(("number", "days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248), (2027, 261)])
def test_a_year_has_its_number_of_working_days(number: int, days: int) -> None:
    assert len(year(CN, number)) == days


@there
def test_every_day_is_as_it_was_announced() -> None:
    """Failure #19: no holiday that wasn't announced, none missing."""
    checked = json.loads((COLLECTION / "cross_check.json").read_text("utf-8"))["years"]
    for each in (each for each in checked if "workdays_in_year" in each):
        number = each["year"]
        listed = json.loads((COLLECTION / f"{number}.json").read_text("utf-8"))["days"]
        said = {date.fromisoformat(day["date"]): day["isOffDay"] for day in listed}
        worked = year(CN, number)
        assert len(worked) == each["workdays_in_year"]
        for more in range(366 if number % 4 == 0 else 365):
            day = date(number, 1, 1) + timedelta(days=more)
            assert (day in worked) is (not said[day] if day in said else day.weekday() < 5), day
    sys.stderr.write(f"years checked: {len(checked)}\n")


def test_a_year_not_yet_announced_is_provisional_and_one_before_the_first_notice_too() -> None:
    slice_ = CN.slice(datetime(2026, 12, 1, tzinfo=UTC))
    assert not slice_.is_provisional(date(2026, 12, 31))
    assert slice_.is_provisional(date(2027, 1, 1))
    assert CN.slice(datetime(2026, 5, 20, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)).special_on(date(2025, 10, 1))
    assert CN.slice(datetime(2023, 1, 5, tzinfo=UTC), datetime(2022, 12, 1, tzinfo=UTC)).is_provisional(
        date(2022, 12, 30)
    )


def test_a_notice_says_where_it_stands() -> None:
    assert [notice.year for notice in CN.document.calendar.notices] == [2023, 2024, 2025, 2026]
    assert all("www.gov.cn/zhengce" in notice.address for notice in CN.document.calendar.notices)


def test_a_companys_calendar_keeps_what_it_extends_and_its_own_word_goes_first() -> None:
    shop = calendars.read("shop", COMPANY, SHIPPED)
    slice_ = shop.between(date(2026, 1, 1), date(2026, 12, 31))
    assert (shop.zone, shop.state, shop.chain()) == ("Asia/Shanghai", CalendarState.COMPANY, ("shop", "cn"))
    assert slice_.shifts_on(date(2026, 7, 1)) == ()
    assert slice_.shifts_on(date(2026, 10, 1)) == (Shift(600, 960),)
    assert slice_.shifts_on(date(2026, 10, 2)) == (), "the holiday below"
    assert slice_.shifts_on(date(2026, 10, 10)) == shop.week["tuesday"], "no shop on Mondays: as the first day there is"
    assert slice_.provisional_from is None
    assert shop.between(date(2027, 1, 1), date(2027, 2, 1)).provisional_from == date(2027, 1, 1)


def test_several_shifts_a_day_are_reckoned_as_they_are_written() -> None:
    """Failures #34, #40: from Tuesday 14:00 over its evening shift into Wednesday, which ends at noon."""
    slice_ = calendars.read("shop", COMPANY, SHIPPED).between(date(2026, 1, 1), date(2026, 12, 31))
    tuesday = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)
    for hours, wall in ((3, "05-19 17:00"), (4, "05-19 19:00"), (6, "05-20 09:00"), (9, "05-20 12:00")):
        over = due(tuesday, timedelta(hours=hours), Unit.WORKING_TIME, slice_)
        assert f"{slice_.wall(over):%m-%d %H:%M}" == wall


def test_a_version_changes_with_all_it_is_reckoned_by() -> None:
    shop = calendars.read("shop", COMPANY, SHIPPED)
    assert shop.version.startswith("3-")
    later = calendars.read("shop", COMPANY.replace("10:00-16:00", "10:00-16:30"), SHIPPED)
    above = Calendar(shop.document, calendars.load("always"))
    assert len({shop.version, later.version, above.version}) == 3
    assert calendars.restored(json.loads(json.dumps(shop.body()))) == shop


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("[week]", "[week", "not TOML"),
        ("[week]", "a = " + "[" * 9000, "not TOML: nested too deeply"),
        ('key = "shop"', 'key = "Shop!"', "calendar.key"),
        ('extends = "cn"', 'extends = "mars"', "calendar.extends: no such calendar: mars; there are always, cn"),
        ('extends = "cn"', 'extends = "shop"', "calendar.extends: a calendar can't extend itself"),
        ('extends = "cn"', 'zone = "Asia/Atlantis"', "calendar.zone: no such time zone: Asia/Atlantis"),
        ('extends = "cn"', "", "calendar.zone: missing"),
        ('state = "company"', 'state = "official"', "calendar.notices: missing"),
        ('state = "company"', 'state = "mine"', "calendar.state"),
        ("monday = []", "", "week.monday: missing"),
        ("monday = []", "funday = []", "week.funday"),
        ('["08:00-12:00", "13', '["08:00-14:00", "13', "week.tuesday: shifts must come one after another"),
        ("18:00-20:00", "22:00-06:00", "week.tuesday: a shift begins before it ends, within one day; a night shift is"),
        ("18:00-20:00", "18:00-24:01", "week.tuesday"),
        ("18:00-20:00", "6pm", "week.tuesday.2: Value error, a shift is two times of day"),
        ("to = 2026-07-03", "to = 2026-06-03", "days.closed.0.to: must not lie before from"),
        ("to = 2026-07-03", "to = 9999-07-03", "days.closed.0.to: at most 366 days"),
        ("to = 2026-07-03", "to = 2026-10-03", "days: 2026-10-01 is named twice"),
        ('shifts = ["10:00-16:00"]', "shifts = []", "days.worked.0.shifts: has no working time"),
        ('zh = "盘点", ', "", "days.closed.0.zh"),
    ],
)
def test_a_mistake_is_named_by_its_path(old: str, new: str, mistake: str) -> None:
    assert old in COMPANY
    with pytest.raises(CalendarMistake) as refused:
        calendars.read("shop", COMPANY.replace(old, new, 1), SHIPPED)
    assert any(each.startswith(mistake) for each in refused.value.mistakes), refused.value.mistakes


def test_an_empty_calendar_is_refused_where_it_is_written() -> None:
    """Failure #20."""
    week = "\n".join(f"{day} = []" for day in CN.week)
    empty = COMPANY[: COMPANY.index("[week]")] + "[week]\n" + week
    with pytest.raises(CalendarMistake, match="week: needs working time on some day"):
        calendars.read("shop", empty, SHIPPED)


def test_calendars_cannot_extend_each_other() -> None:
    shop = calendars.read("shop", COMPANY, SHIPPED)
    stall = calendars.read("stall", COMPANY.replace('"shop"', '"stall"').replace('"cn"', '"shop"'), {"shop": shop})
    assert stall.chain() == ("stall", "shop", "cn")
    with pytest.raises(CalendarMistake, match="stall itself extends shop"):
        calendars.read("shop", COMPANY.replace('"cn"', '"stall"'), {"stall": stall})


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_a_zones_offsets_hold_from_the_very_second(zone: str) -> None:
    found = offsets(zone, date(2026, 1, 1), date(2027, 6, 30))
    place = ZoneInfo(zone)
    for before, each in pairwise(found):
        assert each.since.astimezone(place).utcoffset() == each.offset
        assert (each.since - timedelta(seconds=1)).astimezone(place).utcoffset() == before.offset
    noons = (datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=more) for more in range(540))
    for noon in noons:
        held = next(each for each in reversed(found) if each.since <= noon)
        assert noon.astimezone(place).utcoffset() == held.offset


def test_a_year_is_drawn_with_each_day_as_it_is() -> None:
    drawn = picture(CN, 2026)
    assert "248 working days" in drawn
    assert "              1*  2*  3*  4+" in drawn, "New Year's Day and its make-up Sunday"
    assert "+ 2026-10-10              国庆节 National Day (09:00-12:00, 13:00-18:00)" in drawn
    assert "261 working days 个工作日, 261 of them provisional" in picture(CN, 2027)
    shop = picture(calendars.read("shop", COMPANY, SHIPPED), 2026)
    assert "extends cn" in shop
    assert "~ 2026-10-01              国庆值班 On duty (10:00-16:00)" in shop
