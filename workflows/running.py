"""How workflows run in a worker: in the sandbox, with the pure rules and the libraries they lean on passed through."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

OURS = (
    "complaints", "workflows.acts", "workflows.inbox", "workflows.messages", "workflows.names", "workflows.ops_view",
    "workflows.reading",
)  # fmt: skip
"""Loaded once for all cases, not once a case; `tests/house/test_purity.py` loads them with every restriction on."""

LIBRARIES = ("pydantic", "pydantic_core", "annotated_types", "typing_extensions")


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox of this house; the rules must be one set of classes for workflow and activities."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*OURS, *LIBRARIES)
    return SandboxedWorkflowRunner(restrictions=restrictions)
