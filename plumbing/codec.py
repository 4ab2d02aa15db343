"""What makes every payload in Temporal's history ciphertext, and tells what came from our own doors.

On encode the key is the one of the case whose workflow the payload belongs to, the house's otherwise.
Decode finds the key by the id in the payload, and never raises for a key that is gone: one unreadable
signal must not stop a case. A payload that decrypts was made by somebody who holds the key, which the
Temporal UI and its command line do not; it is marked authentic, and nothing else ever is.
"""

import json
import os
import zlib
from collections.abc import Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from plumbing.keys import NONCE_BYTES, CaseKey, KeyStore

ENCODING = b"binary/sealed"
KEY_ID = "key-id"
CASE_ID = "case-id"
PACKED = "packed"
"""Says that what was sealed was compressed first: sealed bytes can't be, and rules in JSON shrink to a fifth."""
AUTHENTIC = b"authentic"
UNREADABLE = "unreadable"

_AUTHENTIC = AUTHENTIC.decode()


class CaseCodec(PayloadCodec, WithSerializationContext):
    """Seals payloads with the key of their case; `owner` is the workflow id they belong to."""

    def __init__(self, keys: KeyStore, owner: str | None = None) -> None:
        self._keys = keys
        self._owner = owner

    def with_context(self, context: SerializationContext) -> Self:
        """The codec for one workflow; an activity's payloads belong to the workflow that asked for it."""
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return type(self)(self._keys, context.workflow_id)
        return self

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        key = self._key()
        return [seal_payload(key, payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decode(payload) for payload in payloads]

    def _key(self) -> CaseKey:
        own = self._keys.for_owner(self._owner) if self._owner else None
        return own or self._keys.house()

    def _decode(self, payload: Payload) -> Payload:
        if not is_sealed(payload):
            return _without_authentic(payload)
        key_id = key_id_of(payload)
        key = self._keys.by_id(key_id)
        opened = _open(key, payload) if key else None
        if key is None or opened is None:
            return _unreadable(key_id)
        # Ciphertext copied by hand from one case's history into another decrypts as well; it is only
        # authentic where it was made for.
        if self._owner is None or key.key_id == self._key().key_id:
            opened.metadata[_AUTHENTIC] = b"1"
        return opened


def is_sealed(payload: Payload) -> bool:
    """Whether a payload is ciphertext of ours."""
    return payload.metadata.get("encoding") == ENCODING


def is_authentic(payload: Payload) -> bool:
    """Whether a decoded payload came in sealed with the key of the case it was sent to."""
    return payload.metadata.get(_AUTHENTIC) == b"1"


def is_unreadable(payload: Payload) -> bool:
    """Whether a decoded payload stands for one whose key is gone or whose bytes were tampered with."""
    return UNREADABLE in payload.metadata


def key_id_of(payload: Payload) -> str:
    """The id of the key a sealed payload names; empty when it names none."""
    return payload.metadata.get(KEY_ID, b"").decode(errors="replace")


def seal_payload(key: CaseKey, payload: Payload) -> Payload:
    """The payload, metadata and all, as ciphertext that names its key and its case."""
    nonce = os.urandom(NONCE_BYTES)
    key_id, case_id = key.key_id.encode(), key.case_id.encode()
    plain = _without_authentic(payload).SerializeToString()
    metadata = {"encoding": ENCODING, KEY_ID: key_id, CASE_ID: case_id}
    packed = zlib.compress(plain, level=1)
    if len(packed) < len(plain):
        metadata[PACKED] = b"zlib"
        plain = packed
    sealed = AESGCM(key.key).encrypt(nonce, plain, _binding(key_id, case_id, metadata.get(PACKED, b"")))
    return Payload(metadata=metadata, data=nonce + sealed)


def _open(key: CaseKey, payload: Payload) -> Payload | None:
    nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
    packed = payload.metadata.get(PACKED, b"")
    binding = _binding(key.key_id.encode(), payload.metadata.get(CASE_ID, b""), packed)
    try:
        plain = AESGCM(key.key).decrypt(nonce, sealed, binding)
        return _without_authentic(Payload.FromString(zlib.decompress(plain) if packed else plain))
    except (InvalidTag, ValueError, DecodeError, zlib.error):
        return None


def _binding(key_id: bytes, case_id: bytes, packed: bytes) -> bytes:
    return b"\0".join((b"payload", key_id, case_id, packed))


def _without_authentic(payload: Payload) -> Payload:
    if _AUTHENTIC not in payload.metadata:
        return payload
    copy = Payload()
    copy.CopyFrom(payload)
    copy.metadata.pop(_AUTHENTIC, None)
    return copy


def _unreadable(key_id: str) -> Payload:
    return Payload(
        metadata={"encoding": b"json/plain", UNREADABLE: b"1"},
        data=json.dumps({UNREADABLE: key_id}).encode(),
    )
