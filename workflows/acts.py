"""Every act the workflow asks of the world, with its time-outs and retries, and nothing else."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

from complaints.orders import (
    LookUpOrder,
    LookUpResult,
    Notice,
    NotifyOrder,
    NotifyResult,
    RecordOrder,
    RevisitOrder,
    WhoIs,
)
from complaints.vocabulary import Grade

FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=30)
)
"""The database or the mail server may be away for hours: nothing is given up."""

PRIORITIES = {Grade.URGENT: Priority(priority_key=1), Grade.IMPORTANT: Priority(priority_key=2)}
ORDINARY = Priority(priority_key=3)
TOLERATED = timedelta(seconds=20)
"""So long an act may take, and so long a case waits for one whose worker was killed."""

LONGEST_SUMMARY = 100
"""Letters the Temporal UI shows of a summary."""


def priority(grade: Grade | None) -> Priority:
    """Urgent cases are served first (APP-2.4)."""
    return PRIORITIES.get(grade, ORDINARY) if grade else ORDINARY


async def record(order: RecordOrder, grade: Grade | None) -> NotifyResult:
    """Write facts, projection and outcomes, and send the notices they call for."""
    first = order.entries[0].seq if order.entries else order.view.version
    said = f" 通知 {_templates(order.notices)}" if order.notices else ""
    result: NotifyResult = await workflow.execute_activity(
        "record",
        order,
        activity_id="record",  # one at a time in a case: engineers pause and reset it by this name
        start_to_close_timeout=TOLERATED,
        retry_policy=FOR_EVER,
        priority=priority(grade),
        summary=f"落库 record #{first}–{order.view.version}{said}"[:LONGEST_SUMMARY],
        result_type=NotifyResult,
    )
    return result


def _templates(notices: tuple[Notice, ...]) -> str:
    return ", ".join(dict.fromkeys(each.template for each in notices))


async def notify(order: NotifyOrder, grade: Grade | None) -> NotifyResult:
    """Send again what the mail server couldn't take."""
    result: NotifyResult = await workflow.execute_activity(
        "notify",
        order,
        activity_id=f"notify-{order.notices[0].seq}",
        start_to_close_timeout=TOLERATED,
        retry_policy=FOR_EVER,
        priority=priority(grade),
        summary=f"重发通知 notify again {_templates(order.notices)}"[:LONGEST_SUMMARY],
        result_type=NotifyResult,
    )
    return result


async def look_up(order: LookUpOrder, grade: Grade | None) -> LookUpResult:
    """Ask the company's records; given up after a minute and a half, for a person then answers it in words."""
    result: LookUpResult = await workflow.execute_activity(
        "look_up",
        order,
        start_to_close_timeout=timedelta(seconds=15),
        schedule_to_close_timeout=timedelta(seconds=90),
        retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=4),
        priority=priority(grade),
        summary="查询订单记录 look up",
        result_type=LookUpResult,
    )
    return result


async def number_revisit(order: RevisitOrder, grade: Grade | None) -> str:
    """The number of a round's revisit; asked for until the database gives it (SVC-4.1)."""
    result: str = await workflow.execute_activity(
        "number_revisit",
        order,
        start_to_close_timeout=TOLERATED,
        retry_policy=FOR_EVER,
        priority=priority(grade),
        summary="回访编号 number revisit",
        result_type=str,
    )
    return result


async def who_is(staff_id: str) -> WhoIs:
    """Who the person is on whose behalf a signal was sent by hand."""
    result: WhoIs = await workflow.execute_activity(
        "who_is",
        staff_id,
        start_to_close_timeout=timedelta(seconds=15),
        retry_policy=FOR_EVER,
        summary="核对代办人 who is",
        result_type=WhoIs,
    )
    return result
