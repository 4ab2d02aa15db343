"""Open cases as the record tells them, many at a time, each with the rules it is judged by: Temporal isn't asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from json import loads

from api.casework import START
from complaints.case import Case
from complaints.commands import AdoptPolicy
from complaints.evolve import begin, evolve
from complaints.facts import Entry, PolicyAdopted
from complaints.policy import Rules
from complaints.turn import Taken, arrive
from plumbing.keys import KeyStore
from records import cases, receipts, thread
from records.adoptions import Standing
from records.database import Connection
from workflows.messages import CaseStart
from workflows.reading import read_command


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An open case, what is plain of it, and its rules."""

    standing: Standing
    case: Case
    rules: Rules


async def judged(connection: Connection, keys: KeyStore, standings: Sequence[Standing]) -> list[Judged]:
    """These cases folded; one whose key was destroyed is left out, for nothing more can be said to it."""
    ids = [each.case_id for each in standings]
    starts = await cases.start_inputs(connection, keys, ids)
    journals = await thread.entries_of(connection, ids)
    adopted = await _adopted(connection, keys, journals)
    found = []
    for each in standings:
        if each.case_id in starts:
            start = START.validate_json(starts[each.case_id])
            rules = adopted.get(each.case_id, start.rules)
            case = _folded(start, journals[each.case_id])
            found.append(Judged(standing=each, case=case, rules=rules))
    return found


def _folded(start: CaseStart, entries: Sequence[Entry]) -> Case:
    """The case after its facts; one that waits for its workflow has just arrived."""
    if not entries:
        taken = Taken(actor=start.opened_by, command_id=start.opening_id, taken_at=start.opened_at)
        return arrive(start.number, start.arrived, taken, start.opened_at).case
    case = begin(start.number, entries[0])
    for entry in entries[1:]:
        case = evolve(case, entry)
    return case


async def _adopted(
    connection: Connection, keys: KeyStore, journals: dict[str, list[Entry]]
) -> dict[str, Rules]:
    """The rules of cases that took others than they began with: they came by command, and lie in its receipt."""
    told = {
        entry.command_id: case_id
        for case_id, entries in journals.items()
        for entry in entries
        if isinstance(entry.fact, PolicyAdopted) and entry.command_id
    }
    found: dict[str, Rules] = {}
    sent = {receipt.command_id: text for receipt, text in await receipts.with_envelopes(connection, keys, [*told])}
    for command_id, case_id in told.items():
        if command_id in sent:
            command = read_command("adopt_policy", loads(sent[command_id])["body"])
            assert isinstance(command, AdoptPolicy)
            found[case_id] = command.rules
    return found
