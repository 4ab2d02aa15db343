"""Durations as policies write them: a number and a unit, such as 10min."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_SHAPE = re.compile(r"(\d+(?:\.\d+)?)(s|min|h|d)")


def parse_duration(value: object) -> timedelta:
    """A duration from its text; ValueError says what it should look like."""
    found = _SHAPE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a duration is a number and a unit: 30s, 10min, 2h or 3d")
    try:
        return timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        raise ValueError("a duration this long can't be counted") from None
