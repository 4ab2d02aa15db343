"""A reckoning told to people: each step of a due time as one line, in both languages, by the clock on the wall."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from complaints.reckoning import Step
from complaints.vocabulary import Why
from complaints.workcalendar import DAY, WorkCalendar

Language = Literal["zh", "en"]

ENGLISH = {
    Why.NATURAL: "natural time",
    Why.SHIFT: "working time",
    Why.WORKING_DAY: "working day",
    Why.MAKE_UP: "make-up working day",
    Why.SPECIAL: "special hours",
    Why.BREAK: "break between shifts",
    Why.OFF_HOURS: "outside of working hours",
    Why.DAY_OFF: "day off",
    Why.HOLIDAY: "holiday",
}

COUNTS: dict[Language, Callable[[str], str]] = {"zh": lambda how: f"计 {how}", "en": lambda how: f"counts {how}"}
COUNTS_NOT: dict[Language, str] = {"zh": "不计", "en": "doesn't count"}
PROVISIONAL: dict[Language, str] = {"zh": "(暂定,尚未公布)", "en": " (provisional: not announced yet)"}
TO: dict[Language, str] = {"zh": "至", "en": "to"}
DAYS: dict[Language, Callable[[float], str]] = {
    "zh": lambda days: f"{days:g} 天",
    "en": lambda days: f"{days:g} day" + ("" if days == 1 else "s"),
}


def told(step: Step, calendar: WorkCalendar, language: Language) -> str:
    """One step as a line: from, to, why, how much of it counts."""
    begins, ends = (f"{calendar.wall(at):%Y-%m-%d %H:%M}" for at in (step.start, step.end))
    name = f"{getattr(step, language)} " if getattr(step, language) else ""
    why = step.why.zh if language == "zh" else ENGLISH[step.why]
    span = length(step.counted, language, in_days=step.why is not Why.SHIFT)
    counted = COUNTS[language](span) if step.counted else COUNTS_NOT[language]
    after = PROVISIONAL[language] if step.provisional else ""
    return f"{begins} {TO[language]} {ends}  {name}{why}, {counted}{after}"


def length(span: timedelta, language: Language, in_days: bool) -> str:
    """A span in hours and minutes, or in days where it is whole days of a unit that has days."""
    if in_days and span and not span % DAY:
        return DAYS[language](span / DAY)
    minutes, seconds = divmod(span.total_seconds(), 60)
    return f"{int(minutes) // 60}:{int(minutes) % 60:02}" + (f":{seconds:02g}" if seconds else "")
