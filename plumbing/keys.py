"""Who holds the data keys: one per case, one for the house, and one for keyed look-ups.

A case's key is made before the case has any data and destroyed when the case is erased; whatever was
sealed with it, in a table, in Temporal's history or in a backup, is unreadable from then on (SVC-5.2).
The store is deliberately not in the database, so a dump of the database never carries its keys.
"""

import base64
import binascii
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plumbing.settings import Settings

HOUSE = "house"
LOOKUP = "lookup"
KEY_BYTES = 32
NONCE_BYTES = 12
CACHED_KEYS = 4096

TABLE = """
create table if not exists data_key (
    serial integer primary key autoincrement,
    key_id text not null unique,
    owner text not null,
    case_id text not null,
    wrapped blob,
    made_at text not null,
    destroyed_at text
);
create index if not exists data_key_owner on data_key (owner, serial);
create index if not exists data_key_case on data_key (case_id, serial);
"""


class KeyStoreAway(Exception):
    """The key store can't be read or written just now; trying again later is right."""


class KeyDestroyed(Exception):
    """The key of this case was destroyed with the case; no new one is made for it."""


class MasterKeyUnfit(Exception):
    """The master key is malformed, or is not the one that wrapped the keys of this store."""


@dataclass(frozen=True)
class CaseKey:
    """One AES-256-GCM key and whose it is; its bytes never show in a repr or a log."""

    key_id: str
    case_id: str
    key: bytes = field(repr=False)


class KeyStore(Protocol):
    """Where keys come from. Every method may raise `KeyStoreAway`, which is worth a retry."""

    def create(self, owner: str, case_id: str) -> CaseKey:
        """Make the key of a case whose workflow id is `owner`; the same one again for the same pair."""

    def create_many(self, pairs: Sequence[tuple[str, str]]) -> list[CaseKey]:
        """The same for many pairs of owner and case at once: all of them are made or none."""

    def for_owner(self, owner: str) -> CaseKey | None:
        """The current key of a workflow id; None when it has none or it was destroyed."""

    def for_case(self, case_id: str) -> CaseKey | None:
        """The current key of a case; None when it has none or it was destroyed."""

    def by_id(self, key_id: str) -> CaseKey | None:
        """The key that a sealed value names; None when unknown or destroyed."""

    def house(self) -> CaseKey:
        """The deployment's own key, for what belongs to no case."""

    def destroy(self, case_id: str) -> None:
        """Forget every key of a case, for good; doing it again changes nothing."""

    def lookup_key(self) -> bytes:
        """The HMAC key of look-up hashes and bigrams."""


class FileKeyStore:
    """Keys in one SQLite file, each wrapped under the master key; for many processes and threads.

    Reads and writes have a connection each, so that a write waiting for the disk never holds up the
    codec. Cached keys are dropped as soon as any process has changed the file, so that a destroyed key
    is gone everywhere at once; while the file can't be read, what was cached still serves.
    """

    def __init__(self, path: Path, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise MasterKeyUnfit(f"a master key has {KEY_BYTES} bytes, this one has {len(master_key)}")
        self._path = path
        self._master = AESGCM(master_key)
        self._cache: dict[tuple[str, str], CaseKey] = {}
        self._seen_version = -1
        self._read_lock, self._write_lock = threading.Lock(), threading.Lock()
        with _away_on_error():
            self._writer = self._connect()
            self._writer.executescript(TABLE)
            self._reader = self._connect()
        path.chmod(0o600)
        self.create(HOUSE, HOUSE)
        self.create(LOOKUP, LOOKUP)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store that the settings name."""
        return cls(settings.key_file, read_master_key(settings.master_key_file))

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
        self._writer.close()

    def create(self, owner: str, case_id: str) -> CaseKey:
        return self.create_many([(owner, case_id)])[0]

    def create_many(self, pairs: Sequence[tuple[str, str]]) -> list[CaseKey]:
        with self._write_lock, _away_on_error(), _transaction(self._writer) as connection:
            return [self._made(connection, owner, case_id) for owner, case_id in pairs]

    def _made(self, connection: sqlite3.Connection, owner: str, case_id: str) -> CaseKey:
        row = _newest(connection, "case_id", case_id)
        if row is None or row[1] != owner:
            return self._insert(connection, owner, case_id)
        key = self._unwrap(row)
        if key is None:
            raise KeyDestroyed(f"the key of case {case_id} was destroyed")
        return key

    def for_owner(self, owner: str) -> CaseKey | None:
        return self._find("owner", owner)

    def for_case(self, case_id: str) -> CaseKey | None:
        return self._find("case_id", case_id)

    def by_id(self, key_id: str) -> CaseKey | None:
        return self._find("key_id", key_id)

    def house(self) -> CaseKey:
        return self._own(HOUSE)

    def lookup_key(self) -> bytes:
        return self._own(LOOKUP).key

    def destroy(self, case_id: str) -> None:
        if case_id in (HOUSE, LOOKUP):
            raise ValueError("the house's own keys are not a case's")
        with self._write_lock, _away_on_error():
            with _transaction(self._writer) as connection:
                connection.execute(
                    "update data_key set wrapped = null, destroyed_at = ?"
                    " where case_id = ? and wrapped is not null",
                    (datetime.now(UTC).isoformat(), case_id),
                )
            # The write-ahead log still holds the page with the old key until it is folded in.
            self._writer.execute("pragma wal_checkpoint(truncate)").fetchall()

    def _own(self, name: str) -> CaseKey:
        key = self._find("owner", name)
        if key is None:
            raise KeyStoreAway(f"the {name} key is missing from the key store")
        return key

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5, isolation_level=None, check_same_thread=False)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma secure_delete = on")
        return connection

    def _find(self, column: str, value: str) -> CaseKey | None:
        with self._read_lock:
            try:
                return self._find_current(column, value)
            except sqlite3.Error as error:
                if cached := self._cache.get((column, value)):
                    return cached
                raise KeyStoreAway(f"the key store can't be read: {error}") from error

    def _find_current(self, column: str, value: str) -> CaseKey | None:
        (version,) = self._reader.execute("pragma data_version").fetchone()
        if version != self._seen_version or len(self._cache) >= CACHED_KEYS:
            self._cache.clear()
            self._seen_version = version
        cached = self._cache.get((column, value))
        if cached is not None:
            return cached
        key = self._unwrap(_newest(self._reader, column, value))
        if key is not None:
            self._cache[column, value] = key
        return key

    def _insert(self, connection: sqlite3.Connection, owner: str, case_id: str) -> CaseKey:
        key = CaseKey(uuid4().hex, case_id, AESGCM.generate_key(KEY_BYTES * 8))
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, key.key, _wrap_binding(key.key_id, owner, case_id))
        connection.execute(
            "insert into data_key (key_id, owner, case_id, wrapped, made_at) values (?, ?, ?, ?, ?)",
            (key.key_id, owner, case_id, wrapped, datetime.now(UTC).isoformat()),
        )
        return key

    def _unwrap(self, row: tuple[str, str, str, bytes | None] | None) -> CaseKey | None:
        if row is None:
            return None
        key_id, owner, case_id, wrapped = row
        if wrapped is None:
            return None
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return CaseKey(
                key_id, case_id, self._master.decrypt(nonce, sealed, _wrap_binding(key_id, owner, case_id))
            )
        except InvalidTag:
            raise MasterKeyUnfit("the master key is not the one that wrapped this key store") from None


def read_master_key(path: Path) -> bytes:
    """The master key from its file, which holds it in base64."""
    try:
        return base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise KeyStoreAway(f"the master key can't be read: {error.strerror}") from error
    except binascii.Error:
        raise MasterKeyUnfit("the master key file is not base64") from None


def _newest(
    connection: sqlite3.Connection, column: str, value: str
) -> tuple[str, str, str, bytes | None] | None:
    # The newest counts: a number whose transaction was rolled back is given out again with a new case
    # id, and the key of the abandoned one, which sealed nothing, stays behind under the same owner.
    found: tuple[str, str, str, bytes | None] | None = connection.execute(
        f"select key_id, owner, case_id, wrapped from data_key where {column} = ?"
        " order by serial desc limit 1",
        (value,),
    ).fetchone()
    return found


def _wrap_binding(key_id: str, owner: str, case_id: str) -> bytes:
    return f"data key\0{key_id}\0{owner}\0{case_id}".encode()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("begin immediate")
    try:
        yield connection
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


@contextmanager
def _away_on_error() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise KeyStoreAway(f"the key store can't be written: {error}") from error
