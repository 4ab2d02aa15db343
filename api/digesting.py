"""Digests as a running desk sends them by itself, and `desk digest` at once: the record says what is due."""

import asyncio

import structlog
from rich.console import Console

from activities.digests import EVERY, Digests, Round
from api.tools import make_tools
from plumbing.keys import KeyStoreAway
from plumbing.settings import Settings
from records.database import DatabaseAway

FINE, WAITING, AWAY = 0, 1, 2

log = structlog.get_logger(__name__)


async def digest_for_ever(digests: Digests) -> None:
    """Every half minute note and send what is due; what is away now is there the next time."""
    while True:
        await asyncio.sleep(EVERY.total_seconds())
        try:
            done = await digests.run()
            if done.settled or done.waiting:
                log.info("digests", settled=done.settled, waiting=done.waiting)
        except (DatabaseAway, KeyStoreAway) as error:
            log.warning("digests wait", reason=type(error).__name__)
        except Exception:  # one odd digest must not end the sending; the engineers see it in the log
            log.exception("digests failed")


async def run(settings: Settings, console: Console, dry_run: bool) -> int:
    """One round, told as a table; the answer is the exit code."""
    desk = make_tools(settings)
    try:
        done = await desk.digests.run(dry_run=dry_run)
    except (DatabaseAway, KeyStoreAway):
        console.print("PostgreSQL or the key file does not answer; nothing was sent.", highlight=False)
        return AWAY
    finally:
        await desk.database.close()
    _tell(console, done, dry_run)
    return WAITING if done.waiting else FINE


def _tell(console: Console, done: Round, dry_run: bool) -> None:
    for each in done.drafts:
        absent = f" for {', '.join(each.on_behalf_of)}" if each.on_behalf_of else ""
        count = len(each.lines) or len(each.notices)
        console.print(f"{each.kind} to {each.recipient_id}{absent}: {count}", highlight=False, soft_wrap=True)
    said = f"{len(done.drafts)} due, nothing sent" if dry_run else f"{done.settled} settled, {done.waiting} waiting"
    console.print(f"{said}.", highlight=False)
