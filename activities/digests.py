"""Mails to one person about many cases: what quiet hours kept back, and once a day what is overdue or silent.

Each is noted whole before it is sent, and sent under one Message-ID however often that is tried. Nothing here is a
customer's, and nothing urgent waits.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from activities import daily_sync
from activities.post import Post
from activities.wording import LIMITS_ZH, Wording
from complaints.orders import Notice, Recipient
from complaints.vocabulary import Role
from plumbing.keys import KeyStore
from records import digests, locks, people
from records.database import Connection, Database
from records.digests import CHASE, KEPT_BACK, SUMMARY, Digest, Draft
from records.shelf import Shelf

LOCK = "digest"
TEMPLATES = {KEPT_BACK: "digest", CHASE: "daily_chase", SUMMARY: "daily_summary"}
"""The template of each kind of digest."""


@dataclass(frozen=True)
class Round:
    """What one round found and did: digests noted, how many were settled, how many wait for the mail server."""

    drafts: tuple[Draft, ...] = ()
    settled: int = 0
    waiting: int = 0


class Digests:
    """Puts digests together and sends them, one process of a desk at a time."""

    def __init__(
        self, database: Database, keys: KeyStore, post: Post, offered: Sequence[str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self.database = database
        self.keys = keys
        self.post = post
        self.shelf = Shelf(offered)
        self.now = now

    async def run(self, *, dry_run: bool = False) -> Round:
        """Note what is due and send what is noted; with another process at it, or only asked to look, neither."""
        async with self.database.transaction() as held:
            if not await locks.try_hold(held, LOCK):
                return Round()
            async with self.database.transaction() as connection:
                drafts = await self._noted(connection, dry_run)
            if dry_run:
                return Round(drafts)
            settled = [await self._send(each) for each in await self._unsent()]
        return Round(drafts, sum(settled), len(settled) - sum(settled))

    async def _noted(self, connection: Connection, dry_run: bool) -> tuple[Draft, ...]:
        """What is due, noted together with the day it was due on."""
        drafts = await digests.kept_back(connection)
        for policy in await self.shelf.all(connection):
            period = await daily_sync.due(connection, policy, self.now())
            if period is not None:
                drafts += await daily_sync.drafts(connection, policy, period, self.now())
                if not dry_run:
                    await digests.begin_sync(connection, policy.key, period.date())
        if not dry_run:
            await digests.note(connection, drafts)
        return tuple(drafts)

    async def _unsent(self) -> list[Digest]:
        async with self.database.transaction() as connection:
            return await digests.unsent(connection)

    # ── sending ──

    async def _send(self, digest: Digest) -> bool:
        """Whether it is settled: sent, or never to be delivered."""
        async with self.database.transaction() as connection:
            lines = digest.lines or await digests.subjects(connection, self.keys, digest.id)
            listed = await people.directory(connection, [digest.recipient_id, *digest.on_behalf_of])
            policy = await self.shelf.newest(connection, digest.policy or self.post.settings.default_policy)
        if not lines:
            return await self._settled(digest, "erased")
        wording = Wording(policy.body, policy.templates)
        subject, text = self._written(digest, lines, wording)
        if digest.on_behalf_of:
            names = [listed[each].name if each in listed else each for each in digest.on_behalf_of]
            subject, text = wording.on_behalf_of(names, subject, text)
        to = listed[digest.recipient_id].email if digest.recipient_id in listed else ""
        answer = await self.post.carry_one({"to": to, "subject": subject, "text": text}, digest.message_id)
        if answer is None:
            async with self.database.transaction() as connection:
                await digests.tried(connection, digest.id)
            return False
        return await self._settled(digest, answer)

    async def _settled(self, digest: Digest, code: str) -> bool:
        async with self.database.transaction() as connection:
            await digests.settle(connection, digest.id, code)
        return True

    def _written(self, digest: Digest, lines: Iterable[dict[str, str]], wording: Wording) -> tuple[str, str]:
        told = [line_text(each, wording.language) for each in lines]
        notice = Notice(
            key="", seq=0, template=TEMPLATES[digest.kind], recipient=Recipient(role=Role.AGENT),
            values={"count": str(len(told)), "lines": "\n".join(told)},
        )  # fmt: skip
        return wording.write(notice, f"{self.post.settings.public_url.rstrip('/')}/")


LINES = {
    ("limit", "zh"): "- {number} {limit},应于 {since} 完成{by}",
    ("limit", "en"): "- {number} {limit}, was due {since}{by}",
    ("step", "zh"): "- {number} 步骤 {step},自 {since} 起无更新{by}",
    ("step", "en"): "- {number} step {step}, silent since {since}{by}",
}


def line_text(line: dict[str, str], language: str) -> str:
    """One line of a digest; instants in ISO form, which the wording shows as the wall clock does."""
    if "subject" in line:
        return f"- {line['subject']}"
    limit = LIMITS_ZH.get(line["limit"], line["limit"]) if language == "zh" else line["limit"]
    by = f" ({line['who']})" if line.get("who") else ""
    return LINES["limit" if limit else "step", language].format(**{**line, "limit": limit, "by": by})


EVERY = timedelta(seconds=30)
"""How often a running desk looks whether a digest is due."""
