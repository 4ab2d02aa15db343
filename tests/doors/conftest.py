"""A house with its doors, empty but for the people who work there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from records.database import Database
from tests.doors.house import EVERYBODY, House, a_house, hire, ready
from tests.flow.conftest import env

__all__ = ["env"]


@pytest.fixture
async def house(database: Database, postgres_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The desk while Temporal is away."""
    for person in EVERYBODY:
        hire(postgres_url, person)
    async with a_house(tmp_path, postgres_url) as opened:
        yield opened


@pytest.fixture
async def busy_house(
    database: Database, postgres_url: str, tmp_path: Path, env: WorkflowEnvironment
) -> AsyncIterator[House]:
    """The desk with Temporal; workers come with `working`."""
    for person in EVERYBODY:
        hire(postgres_url, person)
    async with a_house(tmp_path, postgres_url, await ready(env)) as opened:
        yield opened
