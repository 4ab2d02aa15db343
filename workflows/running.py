"""How workflows run in a worker: in the sandbox, with our own modules and the libraries they lean on passed through."""

from dataclasses import dataclass
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext, WorkflowSerializationContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

OURS = ("complaints", "workflows")
"""Loaded once for all cases, not once a case; `tests/house/test_purity.py` loads and runs them with every restriction
on."""

LIBRARIES = ("pydantic", "pydantic_core", "annotated_types", "typing_extensions")


@dataclass(frozen=True)
class CaseRunner(SandboxedWorkflowRunner):
    """The sandbox, except that nobody has to go into it to ask whose a payload is."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Running(super().create_instance(det), det.info)


class _Running(WorkflowInstance):
    """One case in its sandbox. All its payloads are its own: it has no children, and signals nobody."""

    def __init__(self, sandboxed: WorkflowInstance, info: Info) -> None:
        self._sandboxed = sandboxed
        self._context = WorkflowSerializationContext(info.namespace, info.workflow_id)

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._sandboxed.activate(act)

    def get_serialization_context(self, command_info: Any) -> WorkflowSerializationContext:
        return self._context

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:
        return StorageDriverStoreContext(target=None)

    def get_info(self) -> Info:
        return self._sandboxed.get_info()

    def get_thread_id(self) -> int | None:
        return self._sandboxed.get_thread_id()


def workflow_runner(*more: str) -> SandboxedWorkflowRunner:
    """The sandbox of this house; `more` names further modules that are loaded once for all."""
    return CaseRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*OURS, *LIBRARIES, *more))
