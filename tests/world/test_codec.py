"""Sealed payloads: nothing readable in Temporal, nothing forged passes, nothing gone stops a case."""

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RawValue, RetryPolicy
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from plumbing.codec import CaseCodec, is_authentic, is_sealed, is_unreadable, key_id_of
from plumbing.keys import FileKeyStore, KeyStoreAway
from plumbing.temporal import data_converter

OWNER, CASE = "complaint-20260520001", "case-1"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data='"王小明 13812345678"'.encode())


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    store = FileKeyStore(tmp_path / "keys.db", b"m" * 32)
    store.create(OWNER, CASE)
    return store


def codec_for(keys: FileKeyStore, workflow_id: str = OWNER) -> CaseCodec:
    return CaseCodec(keys).with_context(WorkflowSerializationContext("default", workflow_id))


def as_activity(keys: FileKeyStore, workflow_id: str | None) -> CaseCodec:
    return CaseCodec(keys).with_context(
        ActivitySerializationContext("default", None, None, None, workflow_id, None, False)
    )


async def sealed_by(codec: CaseCodec, payload: Payload = PLAIN) -> Payload:
    return (await codec.encode([payload]))[0]


async def opened_by(codec: CaseCodec, payload: Payload) -> Payload:
    return (await codec.decode([payload]))[0]


def without_mark(payload: Payload) -> Payload:
    copy = Payload()
    copy.CopyFrom(payload)
    copy.metadata.pop("authentic", None)
    return copy


@pytest.mark.clause("SVC-5.2")
@pytest.mark.asyncio
async def test_a_case_s_payloads_use_the_case_s_key(keys: FileKeyStore) -> None:
    own = keys.for_owner(OWNER)
    assert own is not None
    for codec in (codec_for(keys), as_activity(keys, OWNER)):
        sealed = await sealed_by(codec)
        assert is_sealed(sealed)
        assert key_id_of(sealed) == own.key_id
        assert sealed.metadata["case-id"] == CASE.encode()
        assert PLAIN.data not in sealed.SerializeToString()
        back = await opened_by(codec_for(keys), sealed)
        assert is_authentic(back)
        assert without_mark(back) == PLAIN


@pytest.mark.asyncio
async def test_what_belongs_to_no_case_uses_the_house_s_key(keys: FileKeyStore) -> None:
    house = keys.house().key_id
    for codec in (CaseCodec(keys), codec_for(keys, "daily-sync"), as_activity(keys, None)):
        sealed = await sealed_by(codec)
        assert key_id_of(sealed) == house
        assert is_authentic(await opened_by(codec, sealed))


@pytest.mark.asyncio
async def test_a_reader_without_context_reads_every_case(keys: FileKeyStore) -> None:
    assert without_mark(await opened_by(CaseCodec(keys), await sealed_by(codec_for(keys)))) == PLAIN


@pytest.mark.clause("SVC-5.2")
@pytest.mark.asyncio
async def test_a_destroyed_key_leaves_a_marked_payload_and_no_error(keys: FileKeyStore) -> None:
    sealed = await sealed_by(codec_for(keys))
    keys.destroy(CASE)
    back = await opened_by(codec_for(keys), sealed)
    assert is_unreadable(back)
    assert not is_authentic(back)
    assert json.loads(back.data) == {"unreadable": key_id_of(sealed)}


@pytest.mark.parametrize(
    "change",
    [
        {"data": b""},
        {"data": b"x" * 200},
        {"key-id": b"unknown"},
        {"key-id": b"\xff\xfe"},
        {"key-id": None},
        {"case-id": b"another case"},
        {"case-id": None},
    ],
)
@pytest.mark.asyncio
async def test_a_forged_or_broken_payload_is_unreadable_and_no_error(
    keys: FileKeyStore, change: dict[str, bytes | None]
) -> None:
    forged = await sealed_by(codec_for(keys))
    for name, value in change.items():
        if name == "data":
            forged.data = value or b""
        elif value is None:
            del forged.metadata[name]
        else:
            forged.metadata[name] = value
    back = await opened_by(codec_for(keys), forged)
    assert is_unreadable(back)
    assert not is_authentic(back)


@pytest.mark.asyncio
async def test_plaintext_is_taken_but_never_as_authentic(keys: FileKeyStore) -> None:
    forged = Payload(metadata={"encoding": b"json/plain", "authentic": b"1"}, data=b'"approve"')
    back = await opened_by(codec_for(keys), forged)
    assert back.data == b'"approve"'
    assert not is_authentic(back)
    assert is_authentic(forged)  # what was given is not changed


@pytest.mark.asyncio
async def test_one_case_s_ciphertext_is_not_authentic_in_another(keys: FileKeyStore) -> None:
    keys.create("complaint-2", "case-2")
    copied = await sealed_by(codec_for(keys))
    for elsewhere in ("complaint-2", "daily-sync"):
        assert not is_authentic(await opened_by(codec_for(keys, elsewhere), copied))


@pytest.mark.asyncio
async def test_a_key_store_away_is_worth_a_retry(keys: FileKeyStore) -> None:
    sealed = await sealed_by(codec_for(keys, "complaint-2"))
    keys.close()
    with pytest.raises(KeyStoreAway):
        await opened_by(CaseCodec(keys), sealed)


# -- against a real server -----------------------------------------------------------------------------

SECRETS = {
    place: f"秘密-{place}-13800000000"
    for place in (
        "input",
        "signal",
        "argument",
        "result",
        "outcome",
        "summary",
        "details",
        "timer",
        "failure",
        "memo",
        "static",
        "current",
        "reason",
    )
}


@dataclass(frozen=True)
class Said:
    """Something private on its way."""

    words: str


@activity.defn
async def repeat(said: Said) -> Said:
    if said.words == SECRETS["failure"]:
        raise ApplicationError(SECRETS["failure"], Said(SECRETS["details"]), non_retryable=True)
    return Said(SECRETS["result"])


@workflow.defn
class Confidant:
    """Takes in private words in each way a workflow can, and lets them out in each way."""

    def __init__(self) -> None:
        self._heard: list[Payload] = []

    @workflow.run
    async def run(self, said: Said) -> Said:
        workflow.set_current_details(SECRETS["current"])
        await workflow.wait_condition(lambda: bool(self._heard))
        await workflow.sleep(0.01, summary=SECRETS["timer"])
        await self._ask(SECRETS["argument"])
        try:
            await self._ask(SECRETS["failure"])
        except ActivityError:
            workflow.upsert_memo({"later": SECRETS["memo"]})
        if said.words == SECRETS["reason"]:
            raise ApplicationError(SECRETS["reason"])
        return Said(SECRETS["outcome"])

    async def _ask(self, words: str) -> Said:
        return await workflow.execute_activity(
            repeat,
            Said(words),
            start_to_close_timeout=timedelta(seconds=10),
            summary=SECRETS["summary"],
            retry_policy=RetryPolicy(maximum_attempts=1),
        )

    @workflow.signal
    def tell(self, said: RawValue) -> None:
        self._heard.append(said.payload)

    @workflow.query
    def heard(self) -> list[bool]:
        return [is_authentic(payload) for payload in self._heard]


@pytest_asyncio.fixture
async def client(keys: FileKeyStore) -> AsyncIterator[Client]:
    keys.create("complaint-2", "case-2")
    environment = await WorkflowEnvironment.start_local(
        data_converter=data_converter(keys),
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
    )
    worker = Worker(
        environment.client,
        task_queue="secrets",
        workflows=[Confidant],
        activities=[repeat],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with environment, worker:
        yield environment.client


async def confided(client: Client, words: str, workflow_id: str = OWNER) -> WorkflowHandle[Confidant, Said]:
    """A workflow that has heard one signal of our own."""
    handle = await client.start_workflow(
        Confidant.run,
        Said(words),
        id=workflow_id,
        task_queue="secrets",
        memo={"first": SECRETS["memo"]},
        static_summary=SECRETS["static"],
        static_details=SECRETS["details"],
    )
    await handle.signal("tell", Said(SECRETS["signal"]))
    return handle


async def stored(client: Client, handle: WorkflowHandle[Confidant, Said]) -> bytes:
    """All that the server keeps of a workflow, as it keeps it."""
    history = await handle.fetch_history()
    events = b"".join(event.SerializeToString() for event in history.events)
    listed = [run async for run in client.list_workflows()]
    described = await handle.describe()
    raw = [
        described.raw_description.SerializeToString(),
        *(run.raw_info.SerializeToString() for run in listed),
    ]
    return events + b"".join(raw)


def sealed_with(blob: bytes, key_id: str) -> int:
    return blob.count(key_id.encode())


@pytest.mark.clause("SVC-5.2")
@pytest.mark.asyncio
async def test_temporal_keeps_nothing_readable_of_a_case(client: Client, keys: FileKeyStore) -> None:
    handle = await confided(client, SECRETS["input"])
    assert await handle.result() == Said(SECRETS["outcome"])
    assert await handle.query(Confidant.heard) == [True]
    kept = await stored(client, handle)
    assert [place for place, words in SECRETS.items() if words.encode() in kept] == []
    assert "秘密".encode() not in kept
    own = keys.for_owner(OWNER)
    assert own is not None
    # Input, signal, result, memo twice, summaries of workflow, activities and timer, arguments: all of it.
    assert sealed_with(kept, own.key_id) >= 12
    assert sealed_with(kept, keys.house().key_id) == 0
    assert await (await handle.describe()).memo() == {"first": SECRETS["memo"], "later": SECRETS["memo"]}
    assert await (await handle.describe()).static_summary() == SECRETS["static"]


@pytest.mark.clause("SVC-5.2")
@pytest.mark.asyncio
async def test_the_message_of_a_failure_is_sealed(client: Client) -> None:
    handle = await confided(client, SECRETS["reason"], "complaint-2")
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert SECRETS["reason"] in str(failed.value.cause)
    kept = await stored(client, handle)
    assert "秘密".encode() not in kept
    assert b"Encoded failure" in kept


@pytest.mark.asyncio
async def test_a_signal_typed_by_hand_arrives_and_is_not_authentic(
    client: Client, keys: FileKeyStore
) -> None:
    forged = Payload(metadata={"encoding": b"json/plain", "authentic": b"1"}, data=b'"approve"')
    handle = await client.start_workflow(Confidant.run, Said("x"), id=OWNER, task_queue="secrets")
    by_hand = Client(client.service_client, namespace=client.namespace)
    await by_hand.get_workflow_handle(OWNER).signal("tell", RawValue(forged))
    await handle.result()
    assert await handle.query(Confidant.heard) == [False]


@pytest.mark.asyncio
async def test_a_gone_key_does_not_wedge_a_workflow_that_hears_it(client: Client, keys: FileKeyStore) -> None:
    keys.create("complaint-3", "case-3")
    sealed = await sealed_by(codec_for(keys, "complaint-3"))
    keys.destroy("case-3")
    handle = await client.start_workflow(Confidant.run, Said("x"), id=OWNER, task_queue="secrets")
    by_hand = Client(client.service_client, namespace=client.namespace)
    await by_hand.get_workflow_handle(OWNER).signal("tell", RawValue(sealed))
    await handle.result()
    assert await handle.query(Confidant.heard) == [False]
