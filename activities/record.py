"""Write what a case decided, then tell whom it concerns: one activity, once however often it is asked.

Facts, projection, outcomes and a row for each notice are one transaction. The mails follow when it is committed; what
the mail server doesn't take within seconds is named in the answer, and the workflow has it sent again.
"""

from temporalio import activity

from activities.post import Letter, Post
from complaints.orders import NotifyResult, RecordOrder, WhoIs
from plumbing.keys import CaseKey, KeyDestroyed, KeyStore
from records import journal, people, receipts
from records.database import Connection, Database

FIRST_TRY_SECONDS = 5.0
"""A slow mail server must not keep the next facts from being written."""


class RecordActivities:
    """The activities that write and read the record."""

    def __init__(self, database: Database, keys: KeyStore, post: Post) -> None:
        self.database = database
        self.keys = keys
        self.post = post

    @activity.defn(name="record")
    async def record(self, order: RecordOrder) -> NotifyResult:
        """Append the facts, bring the projection to the view, settle the receipts, send the notices."""
        key = self.keys.for_case(order.case_id)
        if key is None:
            raise KeyDestroyed(order.case_id)
        async with self.database.transaction() as connection:
            await journal.append(connection, self.keys, key, order)
            await journal.project(connection, order)
            await receipts.settle(connection, order.outcomes)
            letters = await self._noted(connection, key, order)
        if letters is None:
            return NotifyResult(deliveries=(), waiting=tuple(each.key for each in order.notices))
        return await self.post.send(letters, within=FIRST_TRY_SECONDS)

    async def _noted(
        self, connection: Connection, key: CaseKey, order: RecordOrder
    ) -> tuple[Letter, ...] | None:
        """The letters; None where they can't be written, which costs the notices a delay and the facts nothing."""
        if not order.notices:
            return ()
        try:
            async with connection.begin_nested():
                return await self.post.note(connection, key, order)
        except Exception:  # a connection that is gone fails the commit; all else `notify` tries and shows
            activity.logger.exception("notices of %s wait", order.number)
            return None

    @activity.defn(name="who_is")
    async def who_is(self, staff_id: str) -> WhoIs:
        """Who a staff id is, for a signal sent by hand."""
        async with self.database.transaction() as connection:
            return WhoIs(actor=await people.who_is(connection, staff_id))
