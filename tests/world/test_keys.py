"""The key store: one key a case, the same for everyone, gone for everyone."""

import base64
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from plumbing.keys import (
    HOUSE,
    FileKeyStore,
    KeyDestroyed,
    KeyStoreAway,
    MasterKeyUnfit,
    read_master_key,
)

MASTER = bytes(range(32))
OWNER, CASE = "complaint-20260520001", "0197-case"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "keys.db"


@pytest.fixture
def keys(place: Path) -> FileKeyStore:
    return FileKeyStore(place, MASTER)


@pytest.mark.clause("SVC-5.2")
def test_a_case_has_one_key_under_each_of_its_names(keys: FileKeyStore) -> None:
    key = keys.create(OWNER, CASE)
    assert keys.create(OWNER, CASE) == key
    assert keys.for_owner(OWNER) == keys.for_case(CASE) == keys.by_id(key.key_id) == key
    assert len(key.key) == 32
    assert keys.create("complaint-2", "other").key != key.key


def test_many_keys_are_made_at_once_and_each_pair_keeps_its_own(keys: FileKeyStore) -> None:
    first = keys.create(OWNER, CASE)
    pairs = [(OWNER, CASE), ("complaint-2", "b"), ("complaint-3", "c")]
    made = keys.create_many(pairs)
    assert made[0] == first
    assert [keys.for_owner(owner) for owner, _ in pairs] == made == keys.create_many(pairs)
    assert len({key.key for key in made}) == 3


def test_many_keys_are_made_all_or_none(keys: FileKeyStore) -> None:
    keys.create(OWNER, CASE)
    keys.destroy(CASE)
    with pytest.raises(KeyDestroyed):
        keys.create_many([("complaint-2", "b"), (OWNER, CASE)])
    assert keys.for_case("b") is None


def test_a_key_does_not_show_its_bytes(keys: FileKeyStore) -> None:
    key = keys.create(OWNER, CASE)
    assert repr(key.key) not in repr(key)
    assert key.key.hex() not in repr(key)


def test_unknown_names_have_no_key(keys: FileKeyStore) -> None:
    assert keys.for_owner("complaint-9") is keys.for_case("nobody") is keys.by_id("nothing") is None


def test_house_and_lookup_key_outlast_a_restart(keys: FileKeyStore, place: Path) -> None:
    again = FileKeyStore(place, MASTER)
    assert again.house() == keys.house()
    assert again.lookup_key() == keys.lookup_key() != keys.house().key


def test_a_destroyed_key_is_gone_in_every_process_and_is_not_made_again(
    keys: FileKeyStore, place: Path
) -> None:
    other = FileKeyStore(place, MASTER)
    key = keys.create(OWNER, CASE)
    assert other.by_id(key.key_id) == key
    keys.destroy(CASE)
    keys.destroy(CASE)
    for store in (keys, other, FileKeyStore(place, MASTER)):
        assert store.by_id(key.key_id) is store.for_owner(OWNER) is store.for_case(CASE) is None
    with pytest.raises(KeyDestroyed):
        keys.create(OWNER, CASE)


@pytest.mark.clause("SVC-5.2")
def test_neither_a_key_nor_a_destroyed_one_lies_in_the_file(keys: FileKeyStore, place: Path) -> None:
    key = keys.create(OWNER, CASE)
    with sqlite3.connect(place) as raw:
        (wrapped,) = raw.execute("select wrapped from data_key where key_id = ?", (key.key_id,)).fetchone()
    raw.close()
    keys.destroy(CASE)
    left = b"".join(file.read_bytes() for file in place.parent.iterdir())
    assert key.key not in left
    assert wrapped not in left


def test_the_house_cannot_be_destroyed(keys: FileKeyStore) -> None:
    with pytest.raises(ValueError, match="own keys"):
        keys.destroy(HOUSE)


def test_a_number_given_out_again_after_a_rollback_gets_a_key_of_its_new_case(keys: FileKeyStore) -> None:
    abandoned = keys.create(OWNER, "rolled-back")
    kept = keys.create(OWNER, CASE)
    assert keys.for_owner(OWNER) == kept
    assert kept.key != abandoned.key
    assert keys.by_id(abandoned.key_id) == abandoned
    keys.destroy(CASE)
    assert keys.for_owner(OWNER) is None


def test_many_threads_and_stores_agree_on_one_key(place: Path) -> None:
    stores = [FileKeyStore(place, MASTER) for _ in range(3)]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda store=store: found.append(store.create(OWNER, CASE).key_id))
        for store in stores * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1


def test_another_master_key_is_refused(keys: FileKeyStore, place: Path) -> None:
    with pytest.raises(MasterKeyUnfit):
        FileKeyStore(place, os.urandom(32))
    with pytest.raises(MasterKeyUnfit):
        FileKeyStore(place, b"short")


def test_a_store_that_cannot_be_opened_is_away(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreAway):
        FileKeyStore(tmp_path / "no such folder" / "keys.db", MASTER)


def test_a_store_that_went_away_serves_what_it_remembers(keys: FileKeyStore) -> None:
    key = keys.create(OWNER, CASE)
    assert keys.for_owner(OWNER) == key
    keys.close()
    assert keys.for_owner(OWNER) == key
    with pytest.raises(KeyStoreAway):
        keys.for_owner("complaint-2")
    with pytest.raises(KeyStoreAway):
        keys.create("complaint-2", "other")


def test_the_file_is_for_its_owner_only(keys: FileKeyStore, place: Path) -> None:
    assert place.stat().st_mode & 0o077 == 0


def test_the_master_key_file_holds_base64(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_bytes(base64.b64encode(MASTER) + b"\n")
    assert read_master_key(file) == MASTER
    file.write_bytes(b"not base64!")
    with pytest.raises(MasterKeyUnfit):
        read_master_key(file)
    with pytest.raises(KeyStoreAway):
        read_master_key(tmp_path / "missing")
