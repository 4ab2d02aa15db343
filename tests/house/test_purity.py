"""The rules and workflows hold in Temporal's sandbox even without the pass-through that a running worker gives them."""

from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from tests.flow.replaying import HISTORIES, load
from tests.house import impure_workflow
from workflows.complaint_case import ComplaintCase
from workflows.guard import SignalGuard
from workflows.running import LIBRARIES


def strict() -> WorkflowRunner:
    """The sandbox with nothing of ours passed through."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*LIBRARIES))


async def test_the_workflow_loads_with_every_restriction_on_the_rules() -> None:
    """A clock read, a file or chance at import of any rule or part of the flow would fail here, loudly."""
    strict().prepare_workflow(workflow._Definition.must_from_class(ComplaintCase))


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
async def test_whole_cases_run_with_every_restriction_on_the_rules(path: Path) -> None:
    """A clock read, a file or chance while a case runs would fail here."""
    replayer = Replayer(
        workflows=[ComplaintCase],
        data_converter=pydantic_data_converter,
        workflow_runner=strict(),
        interceptors=[SignalGuard()],
    )
    await replayer.replay_workflow(load(path))


async def test_the_sandbox_does_notice_a_clock_read_at_import() -> None:
    """The test above can fail: the same preparation refuses a workflow whose module reads the clock."""
    definition = workflow._Definition.must_from_class(impure_workflow.Impure)
    with pytest.raises(Exception, match="Cannot access datetime"):
        SandboxedWorkflowRunner().prepare_workflow(definition)
