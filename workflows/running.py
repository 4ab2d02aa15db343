"""How workflows run in a worker: in the sandbox, with the pure rules and the libraries they lean on passed through."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("complaints", "pydantic", "pydantic_core", "annotated_types", "typing_extensions")


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox of this house; the rules must be one set of classes for workflow and activities."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
