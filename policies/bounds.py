"""How far the values of a policy may go: no time longer than ten years, a zone there is, names that fit an address."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from complaints.vocabulary import Debtor
from policies.document import Document

LONGEST = timedelta(days=3650)
"""What lies further ahead leaves the years a clock can name: a case with such a deadline could not go on."""

_PLAIN = re.compile(r"[0-9A-Za-z._-]+")
_CODE = re.compile(r"[0-9A-Za-z]*")

zones = cache(available_timezones)
"""Every time zone there is."""


def beyond(document: Document) -> Iterator[str]:
    """Every value that goes too far, as `path: what is wrong`."""
    head = document.policy
    if head.zone.value not in zones():
        yield f"policy.zone.value: no such time zone: {head.zone.value}"
    if not _PLAIN.fullmatch(head.version):
        yield "policy.version: needs letters, digits, -, _ or . and nothing else"
    for channel, each in document.channels.items():
        if not _CODE.fullmatch(each.code):
            yield f"channels.{channel}.code: may have letters and digits only"
    for name, limit in document.limits.items():
        if not limit.met_by and limit.debtor is not Debtor.SYSTEM:
            yield f"limits.{name}.met_by: must name at least one fact, or nothing would ever meet it"
    for path, length in _lengths("", document.model_dump()):
        if length > LONGEST:
            yield f"{path}: at most {LONGEST.days}d"


def _lengths(path: str, part: Any) -> Iterator[tuple[str, timedelta]]:
    """Every duration of a policy with its path."""
    if isinstance(part, timedelta):
        yield path, part
    below = part.items() if isinstance(part, Mapping) else enumerate(part) if isinstance(part, tuple | list) else ()
    for name, each in below:
        yield from _lengths(f"{path}.{name}".lstrip("."), each)
