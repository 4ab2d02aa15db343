"""A worker interceptor: a signal its handler can't take becomes a refused command, never a wedged case."""

from typing import Any

from temporalio import workflow
from temporalio.worker import (
    HandleSignalInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)


class _Inbound(WorkflowInboundInterceptor):
    async def handle_signal(self, input: HandleSignalInput) -> None:  # noqa: A002  # the library's own name
        try:
            await super().handle_signal(input)
        except Exception:  # whatever was wrong with it, the case goes on
            case: Any = workflow.instance()
            case.take_broken()


class SignalGuard(Interceptor):
    """Catches what goes wrong while a signal is taken."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput  # noqa: A002
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound
