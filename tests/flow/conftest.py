"""One time-skipping server a test: its clock is shared by all that run on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from sys import executable

import pytest
from temporalio.testing import WorkflowEnvironment

BIN = Path(executable).parent


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping test server."""
    server = str(BIN / "temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=server) as started:
        yield started
