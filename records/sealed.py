"""How a value lies sealed in a column, and how it is still found there.

What is read by id is sealed; what is looked up is a keyed hash of its normal form; what is searched is
a list of keyed bigrams (SVC-5.2). A sealed value is bound to its case, table, column and row: moved
anywhere else it does not open.
"""

import hashlib
import hmac
import json
import os
import unicodedata
from typing import Any, Literal

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plumbing.keys import NONCE_BYTES, CaseKey, KeyStore

LookupKind = Literal["phone", "email", "order_number"]

FORMAT = b"\x01"
HOME_REGION = "CN"
_BYTES, _TEXT, _JSON = b"b", b"s", b"j"


class Unreadable(Exception):
    """A sealed value that doesn't open: its key was destroyed, or it is not where it was sealed."""


def seal(key: CaseKey, value: Any, *, table: str, column: str, row: object) -> bytes:
    """Bytes, text or a JSON value as one blob that names its key."""
    nonce = os.urandom(NONCE_BYTES)
    key_id = key.key_id.encode()
    sealed = AESGCM(key.key).encrypt(nonce, _packed(value), _place(key.case_id, table, column, row))
    return FORMAT + bytes([len(key_id)]) + key_id + nonce + sealed


def unseal(keys: KeyStore, blob: bytes | memoryview, *, table: str, column: str, row: object) -> Any:
    """The value that was sealed for this place; raises Unreadable, or KeyStoreAway when a retry may help."""
    blob = bytes(blob)
    key_id = key_id_of(blob)
    key = keys.by_id(key_id)
    if key is None:
        raise Unreadable(f"key {key_id} is unknown or was destroyed")
    rest = blob[2 + len(key_id.encode()) :]
    nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        packed = AESGCM(key.key).decrypt(nonce, sealed, _place(key.case_id, table, column, row))
    except (InvalidTag, ValueError):
        raise Unreadable(f"{table}.{column} does not open with key {key_id}") from None
    return _unpacked(packed)


def key_id_of(blob: bytes) -> str:
    """The id of the key a blob names."""
    if blob[:1] != FORMAT or len(blob) < 2 or len(blob) < 2 + blob[1]:
        raise Unreadable("not a sealed value")
    try:
        return blob[2 : 2 + blob[1]].decode()
    except UnicodeDecodeError:
        raise Unreadable("not a sealed value") from None


def lookup_hash(keys: KeyStore, kind: LookupKind, value: str) -> bytes:
    """The keyed hash under which equal values meet, however they were written."""
    return _keyed(keys.lookup_key(), kind, normal_form(kind, value))


def normal_form(kind: LookupKind, value: str) -> str:
    """A phone as E.164, a mail address in one case, an order number in capitals without blanks."""
    value = unicodedata.normalize("NFKC", value).strip()
    if kind == "phone":
        return _e164(value)
    return value.casefold() if kind == "email" else "".join(value.upper().split())


def bigrams(keys: KeyStore, text: str) -> list[int]:
    """A keyed 31-bit number for each distinct pair of neighbouring characters, in ascending order."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    key = keys.lookup_key()
    windows = {normal[at : at + 2] for at in range(len(normal) - 1)}
    return sorted({int.from_bytes(_keyed(key, "bigram", pair)[:4]) & 0x7FFFFFFF for pair in windows})


def _keyed(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(key, f"{purpose}\0{value}".encode(errors="surrogatepass"), hashlib.sha256)


def _e164(value: str) -> str:
    try:
        number = phonenumbers.parse(value, HOME_REGION)
    except phonenumbers.NumberParseException:
        return "".join(value.split())
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _place(case_id: str, table: str, column: str, row: object) -> bytes:
    return json.dumps([case_id, table, column, str(row)]).encode()


def _packed(value: Any) -> bytes:
    if isinstance(value, bytes):
        return _BYTES + value
    if isinstance(value, str):
        # Text from the outside may hold half a surrogate pair; it is kept as it came.
        return _TEXT + value.encode(errors="surrogatepass")
    return _JSON + json.dumps(value, separators=(",", ":")).encode()


def _unpacked(packed: bytes) -> Any:
    kind, body = packed[:1], packed[1:]
    if kind == _BYTES:
        return body
    return body.decode(errors="surrogatepass") if kind == _TEXT else json.loads(body)
