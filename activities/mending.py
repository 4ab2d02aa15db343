"""What a reconciliation writes and sends: clocks shown wrongly, and notices whose sender is gone.

Both repeat what `record` and `notify` would have done, for a case whose workflow has nothing left to ask for.
"""

from activities.post import Letter, Post
from complaints.orders import Notice, Recipient, RecordOrder
from complaints.vocabulary import Role
from plumbing.keys import KeyStore
from records import journal, notices
from records.database import Database
from records.notices import Outgoing

SEND_SECONDS = 10.0


class Mending:
    """The hands of the reconciliation."""

    def __init__(self, database: Database, keys: KeyStore, post: Post) -> None:
        self.database = database
        self.keys = keys
        self.post = post

    async def show_again(self, order: RecordOrder) -> None:
        """Bring row and deadlines to the order's view; it has no facts to write."""
        async with self.database.transaction() as connection:
            await journal.project(connection, order)

    async def send_left(self, outgoing: Outgoing) -> bool:
        """Send a notice again under its own Message-ID; whether it is settled now, sent or undeliverable."""
        key = self.keys.for_case(outgoing.case_id)
        if key is None:  # erased meanwhile: there is nobody to tell any more
            return False
        async with self.database.transaction() as connection:
            noted = await notices.begin_sending(connection, key, [outgoing])
        letter = Letter(_notice(outgoing), outgoing, *noted[outgoing.message_id])
        return not (await self.post.send([letter], within=SEND_SECONDS)).waiting


def _notice(outgoing: Outgoing) -> Notice:
    return Notice(
        key=outgoing.notice_key,
        seq=outgoing.seq,
        template=outgoing.template,
        recipient=Recipient(role=Role(outgoing.recipient_role)),
    )
