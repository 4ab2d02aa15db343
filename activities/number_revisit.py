"""Give a revisit its number: one for each round of a case, however often it is asked for (SVC-4.1)."""

from temporalio import activity

from complaints.orders import RevisitOrder
from records import revisits
from records.database import Database


class RevisitActivities:
    """The activity that numbers."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @activity.defn(name="number_revisit")
    async def number_revisit(self, order: RevisitOrder) -> str:
        """The number of this round's revisit, taken now if it has none yet."""
        async with self.database.transaction() as connection:
            return await revisits.number_of(connection, order)
