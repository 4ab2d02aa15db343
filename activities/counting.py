"""Listens to the activities from outside and counts what each has done, once, so that none of them has to know.

An activity whose answer got lost is done again: the worker that counted it passes the repeat over; another worker
can't know, and counts it too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.figures import Tally
from complaints.orders import NotifyResult, RecordOrder

log = structlog.get_logger(__name__)

REMEMBERED = 10_000
"""Activities lately counted: a repeat comes within seconds."""


class Counting(Interceptor):
    """Counts what the activities of a worker have done."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._counted: dict[str, None] = {}

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  # theirs
        return _Listening(next, self)

    def done(self, key: str, arguments: Sequence[Any], result: Any) -> None:
        """Count an activity that has succeeded, unless it was counted before."""
        if key in self._counted:
            return
        self._counted[key] = None
        if len(self._counted) > REMEMBERED:
            del self._counted[next(iter(self._counted))]
        for order in arguments:
            if isinstance(order, RecordOrder):
                self._tally.count(order, datetime.now(UTC))
        if isinstance(result, NotifyResult):
            # Of a notice that waits for one of its recipients, `notify` tells all when the last has it.
            self._tally.deliveries(each for each in result.deliveries if each.notice_key not in result.waiting)


def act_of(info: activity.Info) -> str:
    """What is the same at every try of one act, and another for the next: a case uses the id of an act again."""
    return f"{info.workflow_run_id}/{info.activity_id}/{info.scheduled_time.isoformat()}"


class _Listening(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, counting: Counting) -> None:  # noqa: A002  # theirs
        super().__init__(next)
        self._counting = counting

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # theirs
        result = await super().execute_activity(input)
        info = activity.info()
        try:
            self._counting.done(act_of(info), input.args, result)
        except Exception:  # what is written stays written, whether or not it could be counted
            log.exception("counting failed")
        return result
