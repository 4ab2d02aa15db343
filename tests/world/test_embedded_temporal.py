"""The private Temporal server: real, kept in a file, and ready for the product's search attributes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from plumbing.embedded_temporal import EmbeddedTemporal, TemporalShape
from plumbing.search_attributes import SearchAttributeTaken, as_flags, register

pytestmark = pytest.mark.asyncio

STAGE = SearchAttributeKey.for_keyword("Stage")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")
LEVEL = SearchAttributeKey.for_int("EscalationLevel")


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedTemporal]:
    shape = TemporalShape(search_attributes=as_flags([STAGE, NEXT_DUE]))
    server = EmbeddedTemporal(tmp_path / "temporal", shape=shape)
    server.start()
    yield server
    server.stop()


async def test_closed_cases_are_kept_for_ninety_days(server: EmbeddedTemporal) -> None:
    client = await Client.connect(server.address)
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=90)


async def test_a_case_survives_a_killed_server(server: EmbeddedTemporal) -> None:
    before = await Client.connect(server.address)
    await before.start_workflow("Waiting", id="waiting", task_queue="nobody")
    kill(server)
    server.start()
    after = await Client.connect(server.address)
    assert (await after.get_workflow_handle("waiting").describe()).workflow_type == "Waiting"


async def test_missing_search_attributes_are_added_and_twice_is_once(server: EmbeddedTemporal) -> None:
    client = await Client.connect(server.address)
    assert await register(client, [STAGE, NEXT_DUE, LEVEL]) == ["EscalationLevel"]
    assert await register(client, [STAGE, NEXT_DUE, LEVEL]) == []


async def test_a_search_attribute_of_another_type_is_named(server: EmbeddedTemporal) -> None:
    client = await Client.connect(server.address)
    with pytest.raises(SearchAttributeTaken, match="Stage"):
        await register(client, [SearchAttributeKey.for_int("Stage")])


def kill(server: EmbeddedTemporal) -> None:
    process = server.process()
    assert process is not None
    process.kill()
    process.wait()
    assert not server.alive()
