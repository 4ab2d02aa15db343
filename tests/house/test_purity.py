"""The rules and workflows hold in Temporal's sandbox even without the pass-through that a running worker gives them."""

import pytest
from temporalio import workflow
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from tests.house import impure_workflow
from workflows.complaint_case import ComplaintCase
from workflows.running import LIBRARIES


async def test_the_workflow_loads_with_every_restriction_on_the_rules() -> None:
    """A clock read, a file or chance at import of any rule or part of the flow would fail here, loudly."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*LIBRARIES)
    definition = workflow._Definition.must_from_class(ComplaintCase)
    SandboxedWorkflowRunner(restrictions=restrictions).prepare_workflow(definition)


async def test_the_sandbox_does_notice_a_clock_read_at_import() -> None:
    """The test above can fail: the same preparation refuses a workflow whose module reads the clock."""
    definition = workflow._Definition.must_from_class(impure_workflow.Impure)
    with pytest.raises(Exception, match="Cannot access datetime"):
        SandboxedWorkflowRunner().prepare_workflow(definition)
