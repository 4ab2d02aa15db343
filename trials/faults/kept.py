"""All that is kept of a case, read past the API: what it was started with, its journal, commands, notices, clocks."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from complaints.case import Case
from complaints.facts import Entry
from complaints.orders import CaseView
from complaints.values import Actor
from plumbing.keys import KeyStore
from records import cases, notices, receipts, thread, worklists
from records.database import Database
from records.receipts import Receipt
from trials.faults.rerun import Rerun, Sent, read, rerun, sent_at_the_start
from workflows.messages import CaseStart, Envelope

START = TypeAdapter(CaseStart)
ACTOR = TypeAdapter(Actor)


@dataclass(frozen=True)
class Kept:
    """All that is kept of one case."""

    row: dict[str, Any]
    start: CaseStart
    journal: list[Entry]
    receipts: list[Receipt]
    sent: dict[str, Sent]
    notices: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    broken: int | None
    rebuilt: tuple[Case, CaseView]
    rerun: Rerun


async def numbers(database: Database, keys: KeyStore) -> list[tuple[str, bool]]:
    """Every number given out, and whether its case has begun."""
    found: list[tuple[str, bool]] = []
    cursor = None
    while True:
        async with database.transaction() as connection:
            page = await worklists.cases(connection, keys, worklists.Wanted(cursor=cursor, limit=200))
        found += [(row["number"], row["version"] > 0) for row in page.rows]
        if (cursor := page.next_cursor) is None:
            return sorted(found)


async def kept(database: Database, keys: KeyStore, number: str) -> Kept:
    """Everything of the case with this number, and its journal held against the rules."""
    async with database.transaction() as connection:
        row = await worklists.one(connection, number)
        assert row is not None, f"{number} was listed and is gone"
        case_id = row["case_id"]
        start = START.validate_json(await cases.start_input(connection, keys, case_id))
        journal = await thread.entries(connection, keys, case_id)
        taken = await receipts.of_case(connection, keys, case_id)
        sent = {**sent_at_the_start(start), **dict(_sent(receipt, envelope) for receipt, envelope in taken)}
        held = rerun(number, start, journal, sent)
        return Kept(
            row=row,
            start=start,
            journal=journal,
            receipts=[receipt for receipt, _ in taken],
            sent=sent,
            notices=await notices.of_case(connection, case_id),
            clocks=await worklists.deadlines(connection, case_id),
            broken=await thread.first_broken(connection, case_id),
            rebuilt=await thread.rebuild(connection, case_id, number, held.rules),
            rerun=held,
        )


def _sent(receipt: Receipt, envelope: str) -> tuple[str, Sent]:
    loose = json.loads(envelope)
    actor = ACTOR.validate_python(loose["actor"])
    whole = Envelope(
        command_id=receipt.command_id, actor=actor, taken_at=receipt.taken_at, body=loose["body"]
    )
    return receipt.command_id, read(receipt.kind, whole)
