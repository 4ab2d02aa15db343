"""Write what a case decided: facts, projection and outcomes in one transaction, once however often it is asked."""

from temporalio import activity

from complaints.orders import RecordOrder, WhoIs
from plumbing.keys import KeyDestroyed, KeyStore
from records import journal, people, receipts
from records.database import Database


class RecordActivities:
    """The activities that write and read the record."""

    def __init__(self, database: Database, keys: KeyStore) -> None:
        self.database = database
        self.keys = keys

    @activity.defn(name="record")
    async def record(self, order: RecordOrder) -> None:
        """Append the facts, bring the projection to the view, settle the receipts."""
        key = self.keys.for_case(order.case_id)
        if key is None:
            raise KeyDestroyed(order.case_id)
        async with self.database.transaction() as connection:
            await journal.append(connection, self.keys, key, order)
            await journal.project(connection, order)
            await receipts.settle(connection, order.outcomes)

    @activity.defn(name="who_is")
    async def who_is(self, staff_id: str) -> WhoIs:
        """Who a staff id is, for a signal sent by hand."""
        async with self.database.transaction() as connection:
            return WhoIs(actor=await people.who_is(connection, staff_id))
