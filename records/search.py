"""Finds cases by what somebody remembers of them: a number, a phone, a mail address, an order, or words.

Words are found by keyed letter pairs, and pairs of one word come together: PostgreSQL, which takes them for
independent, thinks a common word rare and sorts all who say it. So the desk looks first how common a word is.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from plumbing.keys import KeyStore
from records.database import holds
from records.sealed import bigrams, lookup_hash
from records.tables import complaint_case as case
from records.tables import revisit

COMMON = 1000
"""Words that more cases than this say are looked for along the list; those of fewer are found first and sorted."""


async def says(connection: AsyncConnection, keys: KeyStore, text: str) -> Any:
    """The condition that a case is meant: an exact match, or every pair of letters occurs."""
    pairs = bigrams(keys, text.strip())
    if not pairs:
        return or_(*_exact(keys, text))
    occurs = case.c.bigrams.contains(pairs)
    if await _is_common(connection, pairs):
        occurs = when((occurs, True), else_=False)  # in this form no index serves it
    return or_(*_exact(keys, text), occurs)


def _exact(keys: KeyStore, text: str) -> Sequence[Any]:
    return [
        case.c.number == text.strip() if holds(text) else literal(False),
        case.c.case_id.in_(_revisited_as(text)),
        case.c.phone_hash == lookup_hash(keys, "phone", text),
        case.c.email_hash == lookup_hash(keys, "email", text),
        case.c.order_hash == lookup_hash(keys, "order_number", text),
    ]


def _revisited_as(text: str) -> Any:
    """The case one of whose revisits has this number (SVC-4.1)."""
    return select(revisit.c.case_id).where(revisit.c.number == text.strip() if holds(text) else literal(False))


async def _is_common(connection: AsyncConnection, pairs: list[int]) -> bool:
    some = select(literal(1)).where(case.c.bigrams.contains(pairs)).limit(COMMON + 1).subquery()
    found: int = (await connection.execute(select(func.count()).select_from(some))).scalar_one()
    return found > COMMON
