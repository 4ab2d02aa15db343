"""Replay of recorded histories, comparing what Temporal doesn't: the facts and due times inside the acts.

Temporal's own replay compares commands. It doesn't compare arguments or the lengths of timers, so a changed rule could
quietly give running cases other due times. Here every `record` the replay asks for is held against the recorded one.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from complaints.orders import RecordOrder
from workflows.complaint_case import ComplaintCase
from workflows.guard import SignalGuard
from workflows.running import workflow_runner

HISTORIES = Path(__file__).parent / "histories"
CONVERTER = pydantic_data_converter.payload_converter


@dataclass
class Asked:
    """The record orders a replay asks for, in their order."""

    orders: list[RecordOrder] = field(default_factory=list)


ASKED = Asked()
"""One for the process: an interceptor class has no other way to hand something out of the sandbox."""


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> Any:  # noqa: A002  # the library's own name
        if input.activity == "record":
            ASKED.orders.append(input.args[0])
        return super().start_activity(input)


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class Watching(Interceptor):
    """Notes every record order a replayed workflow asks for."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput  # noqa: A002  # the library's own name
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound


def recorded_orders(history: WorkflowHistory) -> list[RecordOrder]:
    """The record orders that were asked for when the history was made."""
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    return [
        CONVERTER.from_payload(each.input.payloads[0], RecordOrder)
        for each in scheduled
        if each.activity_type.name == "record"
    ]


async def replay(history: WorkflowHistory) -> None:
    """Replay a history; raises where commands differ, and AssertionError where facts or due times do."""
    ASKED.orders.clear()
    replayer = Replayer(
        workflows=[ComplaintCase],
        data_converter=pydantic_data_converter,
        workflow_runner=workflow_runner(),
        interceptors=[SignalGuard(), Watching()],
    )
    await replayer.replay_workflow(history)
    recorded = recorded_orders(history)
    assert len(ASKED.orders) == len(recorded), "another number of record orders than recorded"
    for now, then in zip(ASKED.orders, recorded, strict=True):
        assert now.entries == then.entries, "other facts than recorded"
        assert now.view.clocks == then.view.clocks, "other due times than recorded"
        assert now == then, "another record order than recorded"


def load(path: Path) -> WorkflowHistory:
    """A recorded history from its file."""
    return WorkflowHistory.from_json(f"complaint-{path.stem}", path.read_text("utf-8"))
