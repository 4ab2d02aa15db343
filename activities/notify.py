"""Send again, for as long as it takes, the notices the mail server couldn't take when their facts were written."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.post import Post
from complaints.orders import NotifyOrder, NotifyResult
from plumbing.keys import KeyDestroyed, KeyStore
from records.database import Database


class NotifyActivities:
    """The activity that keeps trying."""

    def __init__(self, database: Database, keys: KeyStore, post: Post) -> None:
        self.database = database
        self.keys = keys
        self.post = post

    @activity.defn(name="notify")
    async def notify(self, order: NotifyOrder) -> NotifyResult:
        """Send what hasn't been sent; raises while some of it can't be sent yet, after trying all of it."""
        key = self.keys.for_case(order.case_id)
        if key is None:
            raise KeyDestroyed(order.case_id)
        async with self.database.transaction() as connection:
            letters = await self.post.note(connection, key, order)
        result = await self.post.send(letters)
        if result.waiting:
            raise ApplicationError(f"the mail server took all but {len(result.waiting)} notices; trying again")
        return result
