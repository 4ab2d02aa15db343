"""Complaint numbers: a pattern with a date and a running number, made and read (SOP-1.3).

A pattern is text with `{yyyy}`, `{mm}`, `{dd}` and one `{serial:n}`, n being the least number of digits: the running
number grows beyond them rather than start again.
"""

import re
from datetime import date

from complaints.errors import BadValue

_PIECE = re.compile(r"\{(yyyy|mm|dd|serial:(\d))\}")


def counter_key(pattern: str, day: date) -> str:
    """The pattern of that day without its serial: what shares it shares the running number."""
    return _PIECE.sub(lambda piece: "#" if piece[2] else _date_piece(piece[1], day), pattern)


def number(pattern: str, day: date, serial: int) -> str:
    """The complaint number of that day and running number."""
    return _PIECE.sub(lambda piece: f"{serial:0{piece[2]}d}" if piece[2] else _date_piece(piece[1], day), pattern)


def check_pattern(pattern: str) -> None:
    """Refuse a pattern without exactly one serial."""
    if sum(1 for piece in _PIECE.finditer(pattern) if piece[2]) != 1:
        raise BadValue("pattern", "must hold exactly one {serial:n}")


def is_number(pattern: str, text: str) -> bool:
    """Whether a text has the shape of the pattern's numbers."""
    shape, end = "", 0
    for piece in _PIECE.finditer(pattern):
        digits = f"{{{piece[2]},}}" if piece[2] else f"{{{len(piece[1])}}}"
        shape += re.escape(pattern[end : piece.start()]) + r"[0-9]" + digits
        end = piece.end()
    return re.fullmatch(shape + re.escape(pattern[end:]), text) is not None


def _date_piece(name: str, day: date) -> str:
    return {"yyyy": f"{day.year:04d}", "mm": f"{day.month:02d}", "dd": f"{day.day:02d}"}[name]
