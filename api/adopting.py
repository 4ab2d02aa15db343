"""Running cases take another version: previewed case by case, kept as it was seen, then told to each as a command.

What is adopted is what was seen. A case of which other deadlines would change by the time it is told is skipped, and
one that people act on before the command arrives refuses it: both are listed, and the next preview has them again.
Receipts come first, all in one transaction, so that a crash or an absent Temporal leaves the rest to the sweeper.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import structlog
import uuid_utils
from pydantic import TypeAdapter

from api import targets
from api.casework import ACTOR, Casework
from api.folding import Judged, judged
from api.moves import FIGURES, moves, tally
from api.opening import command_id
from api.targets import Target
from complaints.commands import AdoptPolicy
from complaints.policy import Rules
from complaints.values import Actor, Words
from complaints.vocabulary import ActorKind
from plumbing.keys import CaseKey, KeyStore, KeyStoreAway
from records import adoptions, cases, locks, receipts
from records.adoptions import BATCH, Standing, batches
from records.database import Connection, Database, DatabaseAway
from records.receipts import Taking

AT_ONCE = 8
"""Signals on their way at the same time."""

ENDED = "the case has ended, or its personal data were erased"
UNDER_WAY = "it takes another version just now"
JUDGED_SO = "it is judged so already"
MOVED_ON = "it moved on: other deadlines would change now than those that were seen"

COMMAND = TypeAdapter(AdoptPolicy)

log = structlog.get_logger(__name__)


class NoSuchAdoption(Exception):
    """No preview or adoption has this id, or it was forgotten after a day."""


class NotToAdopt(Exception):
    """These numbers name no open case of the policy at another version; by their places."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(*places)
        self.places = tuple(places)


class Adopting:
    """Previews and adoptions of one desk."""

    def __init__(self, database: Database, keys: KeyStore, casework: Casework) -> None:
        self._database = database
        self._keys = keys
        self._casework = casework

    # ── seen ──

    async def preview(
        self, key: str, version: str | None, numbers: Sequence[str] | None, reason: str, by: Actor
    ) -> str:
        """What a version (the newest, unless named) would change; raises NoSuchPolicy, NotToAdopt."""
        shelf = self._casework.shelf
        async with self._database.transaction() as connection:
            policy = await (shelf.at(connection, key, version) if version else shelf.newest(connection, key))
            target = await targets.to_version(connection, shelf, policy)
            wanted = _chosen(await adoptions.open_cases(connection, key), policy.version, numbers)
            return await self.note(connection, target, wanted, reason, by)

    async def note(
        self, connection: Connection, target: Target, wanted: Sequence[Standing], reason: str, by: Actor
    ) -> str:
        """Keep what a target would change in these cases; the answer is the preview's id."""
        adoption_id, now = str(uuid_utils.uuid7()), await cases.now(connection)
        head = {"policy": target.policy, "to_version": target.version, "calendar": target.calendar, "reason": reason}
        none = dict.fromkeys(FIGURES, 0)
        await adoptions.note(connection, {"id": adoption_id, **head, "figures": none, "previewed_by": by.id})
        found: Counter[str] = Counter()
        for batch in batches(wanted):
            rows = [_row(adoption_id, target, each) for each in await judged(connection, self._keys, batch)]
            await adoptions.note_cases(connection, rows)
            found += tally((row["changes"] for row in rows), now)
        await adoptions.figures(connection, adoption_id, {**none, **found})
        return adoption_id

    # ── done ──

    async def start(self, key: str, preview: str, by: Actor, request_key: str) -> None:
        """Note the command for every case of a preview; what is started already stays as it is.

        Raises NoSuchAdoption, and IdempotencyConflict where the request's key started another one.
        """
        async with self._database.transaction() as connection:
            await locks.hold(connection, "adopt")
            head = await adoptions.one(connection, key, preview, held=True)
            if head is None:
                raise NoSuchAdoption(preview)
            if head["started_at"] is None:
                await adoptions.start(connection, preview, command_id(by.id, "", request_key), by.id)
                await self.tell(connection, head, await targets.of(connection, self._casework.shelf, head), by)

    async def tell(self, connection: Connection, head: dict[str, Any], target: Target, by: Actor) -> None:
        """Note the commands of an adoption, or why a case gets none."""
        place = ""
        while rows := await adoptions.page(connection, head["id"], place, BATCH):
            place = rows[-1]["number"]
            taking, skipped = await self._sorted(connection, head, target, rows, by)
            await receipts.take_all(connection, taking)
            await adoptions.told(connection, head["id"], [(each.number, each.command_id) for each in taking])
            await adoptions.skip(connection, head["id"], skipped)

    async def _sorted(
        self, connection: Connection, head: dict[str, Any], target: Target, rows: Sequence[dict[str, Any]], by: Actor
    ) -> tuple[list[Taking], list[tuple[str, str]]]:
        """The commands for those of these cases that still stand as they were seen, and why the others get none."""
        ids = [row["case_id"] for row in rows]
        pending, standings = await adoptions.pending(connection, ids), await adoptions.standings(connection, ids)
        folded = {each.standing.case_id: each for each in await judged(connection, self._keys, [*standings.values()])}
        taking, skipped = [], []
        for row in rows:
            each, key = folded.get(row["case_id"]), self._keys.for_case(row["case_id"])
            if each is None or key is None:
                skipped.append((row["number"], ENDED))
                continue
            rules = target.rules(each)
            why = UNDER_WAY if row["case_id"] in pending else _why_not(row, each, rules)
            if why:
                skipped.append((row["number"], why))
            else:
                adopt = AdoptPolicy(version=target.version_of(each), rules=rules, words=Words(text=head["reason"]))
                taking.append(_taking(head["id"], each, adopt, by, key))
        return taking, skipped

    async def send(self, adoption_id: str) -> None:
        """Signal every case that has its command noted; what can't be sent now is left to the sweeper."""
        try:
            await self._send_all(adoption_id)
        except (DatabaseAway, KeyStoreAway) as error:
            log.warning("telling the cases is left to the sweeper", reason=type(error).__name__)

    async def _send_all(self, adoption_id: str) -> None:
        async with self._database.transaction() as connection:
            commands = await adoptions.unsent(connection, adoption_id)
        turns = asyncio.Semaphore(AT_ONCE)
        for batch in batches(commands):
            if not await self._casework.is_there():
                return
            async with self._database.transaction() as connection:
                waiting = await receipts.with_envelopes(connection, self._keys, batch)
            await asyncio.gather(*(self._send(turns, *each) for each in waiting))

    async def _send(self, turns: asyncio.Semaphore, receipt: receipts.Receipt, envelope: str) -> None:
        async with turns:
            await self._casework.tell(receipt, json.loads(envelope))


def _chosen(standings: Sequence[Standing], version: str, numbers: Sequence[str] | None) -> list[Standing]:
    """All that are judged by another version, or those named."""
    possible = {each.number: each for each in standings if each.policy_version != version}
    if numbers is None:
        return list(possible.values())
    unknown = [place for place, number in enumerate(numbers) if number not in possible]
    if unknown:
        raise NotToAdopt(unknown)
    return [possible[number] for number in dict.fromkeys(numbers)]


def _row(adoption_id: str, target: Target, each: Judged) -> dict[str, Any]:
    return {
        "adoption_id": adoption_id,
        "case_id": each.standing.case_id,
        "number": each.standing.number,
        "from_version": each.standing.policy_version,
        "to_version": target.version_of(each),
        "seen": each.standing.version,
        "changes": moves(each, target.rules(each)),
    }


def _why_not(row: dict[str, Any], now: Judged, after: Rules) -> str:
    """Why a case is left as it is; empty where it is told."""
    if after == now.rules:
        return JUDGED_SO
    return "" if moves(now, after) == row["changes"] else MOVED_ON


def _taking(adoption_id: str, each: Judged, adopt: AdoptPolicy, by: Actor, key: CaseKey) -> Taking:
    """The command for one case: a person's is refused where somebody acted since, a calendar's is not."""
    standing = each.standing
    envelope = json.dumps({
        "actor": ACTOR.dump_python(by, mode="json"),
        "expected_version": standing.version if by.kind is ActorKind.STAFF else None,
        "body": COMMAND.dump_python(adopt, mode="json", exclude_defaults=True),
    })
    return Taking(
        key=key,
        command_id=command_id(by.id, standing.case_id, adoption_id),
        case_id=standing.case_id,
        number=standing.number,
        kind=adopt.kind,
        caller=by.id,
        request_hash=sha256(envelope.encode()).hexdigest(),
        envelope=envelope,
    )
