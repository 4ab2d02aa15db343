"""Starts a case's workflow anew from the record: the case as the journal tells it, the outcomes the receipts hold.

The new run has the workflow id of the old one. Where it is to replace a run that still goes on, the server terminates
that one in the same step, so at no time does a case have two workflows or none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from json import loads

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy as Conflict
from temporalio.common import WorkflowIDReusePolicy

from api.casework import START
from complaints.case import Case
from complaints.commands import AdoptPolicy
from complaints.evolve import begin, evolve
from complaints.facts import Entry, PolicyAdopted
from complaints.notices import awaited
from plumbing.keys import KeyStore
from records import cases, receipts, thread
from records.database import Connection
from workflows import names
from workflows.messages import Carried, CaseStart
from workflows.reading import read_command

START_TIMEOUT = timedelta(seconds=10)


class BrokenJournal(Exception):
    """The journal of the case is not whole; a case built on it would be another one."""


async def from_the_record(connection: Connection, keys: KeyStore, case_id: str, number: str) -> CaseStart:
    """What a new run starts with; raises BrokenJournal, or Unreadable where the case's key is missing."""
    start = START.validate_json(await cases.start_input(connection, keys, case_id))
    if await thread.first_broken(connection, case_id) is not None:
        raise BrokenJournal(number)
    entries = await thread.entries(connection, keys, case_id)
    if not entries:  # nothing was ever told, so it arrives once more
        return start
    adopted = await _adopted(connection, keys, entries)
    if adopted is not None:
        start = replace(start, rules=adopted.rules, policy_version=adopted.version)
    case = folded(number, entries)
    carried = Carried(
        case=case,
        outcomes=await receipts.outcomes(connection, case_id),
        hand_sent=sum(entry.fact.kind == "hand_sent" for entry in entries),
        unsent=awaited(case, entries, start.rules),
    )
    return replace(start, at_once=(), carried=carried)


def folded(number: str, entries: Sequence[Entry]) -> Case:
    """The case after these facts, what is private in them included."""
    case = begin(number, entries[0])
    for entry in entries[1:]:
        case = evolve(case, entry)
    return case


async def _adopted(connection: Connection, keys: KeyStore, entries: Sequence[Entry]) -> AdoptPolicy | None:
    """The command by which the case took the rules it is judged by now; None where it has those it began with.

    The journal names the version; the rules, compiled for this case, came with the command and lie in its receipt.
    """
    ids = [entry.command_id for entry in entries if isinstance(entry.fact, PolicyAdopted)]
    if not ids or ids[-1] is None:
        return None
    envelope = loads(await receipts.envelope(connection, keys, ids[-1]))
    command = read_command("adopt_policy", envelope["body"])
    return command if isinstance(command, AdoptPolicy) else None


async def restart(client: Client, start: CaseStart, *, replacing: bool) -> None:
    """Start the run; one that goes on is replaced or raises WorkflowAlreadyStartedError."""
    await client.start_workflow(
        names.COMPLAINT_CASE,
        start,
        id=names.workflow_id(start.number),
        task_queue=names.TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=Conflict.TERMINATE_EXISTING if replacing else Conflict.FAIL,
        static_summary=f"{start.number} · {start.policy} · {start.arrived.channel.value}",
        rpc_timeout=START_TIMEOUT,
    )
