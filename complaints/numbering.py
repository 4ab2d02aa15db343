"""Complaint numbers: a pattern with a date and a running number, made and read (SOP-1.3).

A pattern is text with `{yyyy}`, `{mm}`, `{dd}`, `{channel}` (the channel's code) and one `{serial:n}`, n being the
least number of digits: the running number grows beyond them rather than start again. What the pattern holds besides the
serial is the running number's period: of the day, of the month, of the day and channel (WKS-1.1).
"""

import re
from datetime import date

from complaints.errors import BadValue

_PIECE = re.compile(r"\{(yyyy|mm|dd|channel|serial:(\d))\}")
_BETWEEN = re.compile(r"[0-9A-Za-z._-]*")


def counter_key(pattern: str, day: date, channel: str = "") -> str:
    """The pattern of that day and channel without its serial: what shares it shares the running number."""
    return _PIECE.sub(lambda piece: "#" if piece[2] else _piece(piece[1], day, channel), pattern)


def number(pattern: str, day: date, serial: int, channel: str = "") -> str:
    """The number of that day, channel and running number."""
    return _PIECE.sub(lambda piece: f"{serial:0{piece[2]}d}" if piece[2] else _piece(piece[1], day, channel), pattern)


def check_pattern(pattern: str) -> None:
    """Refuse a pattern without exactly one serial, or one whose numbers would not fit into an address."""
    if sum(1 for piece in _PIECE.finditer(pattern) if piece[2]) != 1:
        raise BadValue("pattern", "must hold exactly one {serial:n}")
    if not _BETWEEN.fullmatch(_PIECE.sub("", pattern)):
        raise BadValue(
            "pattern", "may have letters, digits, -, _ and . beside {yyyy}, {mm}, {dd}, {channel} and serial"
        )


def is_number(pattern: str, text: str) -> bool:
    """Whether a text has the shape of the pattern's numbers."""
    shape, end = "", 0
    for piece in _PIECE.finditer(pattern):
        shape += re.escape(pattern[end : piece.start()]) + _shape(piece)
        end = piece.end()
    return re.fullmatch(shape + re.escape(pattern[end:]), text) is not None


def _shape(piece: re.Match[str]) -> str:
    if piece[1] == "channel":
        return "[0-9A-Za-z]+"
    return f"[0-9]{{{piece[2]},}}" if piece[2] else f"[0-9]{{{len(piece[1])}}}"


def _piece(name: str, day: date, channel: str) -> str:
    return {"yyyy": f"{day.year:04d}", "mm": f"{day.month:02d}", "dd": f"{day.day:02d}", "channel": channel}[name]
