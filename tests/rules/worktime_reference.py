"""Working time by brute force: every minute of some years is looked at on its own, and marked as worked or not.

Written apart from `complaints/worktime.py` and sharing nothing with it: it reads the calendar *files*, not slices, and
asks `zoneinfo`, not offsets, what the clock on the wall shows. After that it only counts.
"""

import tomllib
from array import array
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, compress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTE = timedelta(minutes=1)


class Reference:
    """All minutes from one instant to another; minute 0 is the first one's first."""

    def __init__(self, file: Path, first: datetime, last: datetime) -> None:
        body = tomllib.loads(file.read_text("utf-8"))
        self.zone = ZoneInfo(body["calendar"]["zone"])
        self.start = first
        self.length = (last - first) // MINUTE
        self.is_worked = self._marked(_days(body))
        self.before = array("l", accumulate(self.is_worked, initial=0))
        """How many minutes were worked before each."""
        self.ends = array("l", (0, *(minute + 1 for minute in compress(range(self.length), self.is_worked))))
        """When the k-th worked minute is over."""
        self.days = sorted({self.wall(hour)[0] for hour in range(0, self.length, 60) if any(self.worked_from(hour))})
        self.place = {day: place for place, day in enumerate(self.days)}

    def _marked(self, minutes_of: Callable[[int], bytes]) -> bytearray:
        """Every minute: 1 where it is worked. The wall clock is asked anew each hour."""
        marked = bytearray()
        for hour in range(0, self.length, 60):
            day, wall = self.wall(hour)
            marked += (minutes_of(day) + minutes_of(day + 1))[wall : wall + 60]
        return marked

    def wall(self, minute: int) -> tuple[int, int]:
        """The day and the minute that the clock on the wall shows."""
        shown = (self.start + minute * MINUTE).astimezone(self.zone)
        return shown.toordinal(), shown.hour * 60 + shown.minute

    def worked_from(self, hour: int) -> bytearray:
        return self.is_worked[hour : hour + 60]

    def due(self, minute: int, span: int) -> int:
        """So many worked minutes after a minute's beginning."""
        return self.ends[self.before[minute] + span] if span else self.begun(minute)

    def between(self, first: int, last: int) -> int:
        """How many minutes were worked between two."""
        return self.before[last] - self.before[first]

    def begun(self, minute: int) -> int:
        """The minute itself where work goes on or has just ended, else the next one worked."""
        return minute if self.is_worked[minute - 1] else self.ends[self.before[minute] + 1] - 1

    def due_days(self, minute: int, days: int) -> int:
        """The same time of day so many working days on; where nobody works then, the end of the work before."""
        begun = self.begun(minute)
        if days == 0:
            return begun
        last = begun - self.is_worked[begun - 1]  # the end of a shift belongs to it
        day, wall = self.wall(last)
        wanted = wall + (begun - last)
        shown = self.shown_on(self.days[self.place[day] + days])
        if wanted in shown:
            return shown[wanted]
        earlier = [shown[each] + 1 for each in shown if each < wanted]
        return max(earlier) if earlier else min(shown.values())

    @cache  # noqa: B019  # one reference a test
    def shown_on(self, day: int) -> dict[int, int]:
        """Each worked minute of a day's wall clock, and which minute it is."""
        found: dict[int, int] = {}
        noon = (datetime.combine(date.fromordinal(day), time(12), self.zone) - self.start) // MINUTE
        nearby = range(max(0, noon // 60 * 60 - 24 * 60), min(self.length, noon + 24 * 60))
        for hour in nearby[::60]:
            shown, wall = self.wall(hour)
            for more in compress(range(60), self.worked_from(hour)):
                if shown + (wall + more) // 1440 == day:
                    found.setdefault((wall + more) % 1440, hour + more)
        return found


def _days(body: dict[str, Any]) -> Callable[[int], bytes]:
    """Of a day, by its ordinal, the 1440 minutes of its wall clock: 1 where somebody works."""
    week = [_minutes(body["week"][name]) for name in WEEKDAYS]
    special: dict[int, bytes] = {}
    for run in body.get("days", {}).get("closed", ()):
        for day in range(run["from"].toordinal(), run["to"].toordinal() + 1):
            special[day] = _minutes([])
    for each in body.get("days", {}).get("worked", ()):
        special[each["day"].toordinal()] = _minutes(each["shifts"]) if "shifts" in each else week[0]
    return lambda day: special.get(day) or week[date.fromordinal(day).weekday()]


def _minutes(shifts: list[str]) -> bytes:
    spans = [[int(text[:2]) * 60 + int(text[3:]) for text in shift.split("-")] for shift in shifts]
    return bytes(any(start <= minute < end for start, end in spans) for minute in range(24 * 60))
