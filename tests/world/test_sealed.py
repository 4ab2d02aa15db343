"""Sealed columns: open only where they were sealed, and still found by who may look."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbing.keys import CaseKey, FileKeyStore
from records.sealed import Unreadable, bigrams, lookup_hash, normal_form, seal, unseal

HERE: dict[str, Any] = {"table": "journal", "column": "sealed", "row": 7}
# Every code point there is: unassigned ones, NUL, and halves of surrogate pairs, which edge inputs have.
ANY_TEXT = st.text(st.characters(exclude_categories=()))
ON_ONE_STORE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys.db", b"m" * 32)


@pytest.fixture
def key(keys: FileKeyStore) -> CaseKey:
    return keys.create("complaint-1", "case-1")


@pytest.mark.clause("SVC-5.2")
@given(value=ANY_TEXT)
@ON_ONE_STORE
def test_any_text_comes_back_as_it_was(keys: FileKeyStore, key: CaseKey, value: str) -> None:
    assert unseal(keys, seal(key, value, **HERE), **HERE) == value


@pytest.mark.clause("SVC-5.2")
@given(value=st.binary(min_size=4))
@ON_ONE_STORE
def test_sealed_bytes_never_hold_what_was_sealed(keys: FileKeyStore, key: CaseKey, value: bytes) -> None:
    blob = seal(key, value, **HERE)
    assert value not in blob
    assert unseal(keys, blob, **HERE) == value


@given(value=ANY_TEXT.filter(lambda text: len(text) >= 4))
@ON_ONE_STORE
def test_sealed_text_never_shows(key: CaseKey, value: str) -> None:
    assert value.encode(errors="surrogatepass") not in seal(key, value, **HERE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=8,
)


@given(value=JSON)
@ON_ONE_STORE
def test_any_json_comes_back_as_it_was(keys: FileKeyStore, key: CaseKey, value: Any) -> None:
    assert unseal(keys, seal(key, value, **HERE), **HERE) == value


@pytest.mark.clause("SVC-5.2")
@pytest.mark.parametrize("moved", [{"table": "notice"}, {"column": "other"}, {"row": 8}])
def test_a_value_opens_nowhere_else(keys: FileKeyStore, key: CaseKey, moved: dict[str, Any]) -> None:
    blob = seal(key, "王小明", **HERE)
    with pytest.raises(Unreadable):
        unseal(keys, blob, **HERE | moved)


def test_a_value_does_not_open_after_its_key_is_gone(keys: FileKeyStore, key: CaseKey) -> None:
    blob = seal(key, "王小明", **HERE)
    keys.destroy("case-1")
    with pytest.raises(Unreadable, match="destroyed"):
        unseal(keys, blob, **HERE)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01\xff", b"\x02abc", b"\x01\x02\xff\xfe", b"plain text"])
def test_what_is_no_sealed_value_is_unreadable(keys: FileKeyStore, blob: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(keys, blob, **HERE)


def test_a_changed_or_cut_value_is_unreadable(keys: FileKeyStore, key: CaseKey) -> None:
    blob = seal(key, {"phone": "13812345678"}, **HERE)
    for broken in (blob[:-1], blob[:40], blob[:-1] + bytes([blob[-1] ^ 1])):
        with pytest.raises(Unreadable):
            unseal(keys, broken, **HERE)


def test_equal_values_are_sealed_differently(key: CaseKey) -> None:
    assert seal(key, "王小明", **HERE) != seal(key, "王小明", **HERE)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "13812345678", "+86 138-1234-5678"),
        ("phone", "13812345678", "0086 13812345678"),
        ("phone", "13812345678", "１３８１２３４５６７８"),
        ("email", "Wang@Example.com", " wang@example.COM "),
        ("order_number", "so 2026 01", "ＳＯ202601"),
    ],
)
def test_equal_values_meet_however_written(keys: FileKeyStore, kind: Any, one: str, other: str) -> None:
    assert lookup_hash(keys, kind, one) == lookup_hash(keys, kind, other)


def test_look_ups_differ_by_kind_and_by_deployment(keys: FileKeyStore, tmp_path: Path) -> None:
    elsewhere = FileKeyStore(tmp_path / "other.db", b"m" * 32)
    assert lookup_hash(keys, "email", "A1") != lookup_hash(keys, "order_number", "A1")
    assert lookup_hash(keys, "email", "A1") != lookup_hash(elsewhere, "email", "A1")
    assert bigrams(keys, "王小明") != bigrams(elsewhere, "王小明")


def test_what_is_no_phone_keeps_a_normal_form(keys: FileKeyStore) -> None:
    assert normal_form("phone", " 无 ") == "无"
    assert len(lookup_hash(keys, "phone", "\ud800")) == 32


def test_bigrams_find_a_part_in_the_whole(keys: FileKeyStore) -> None:
    whole = bigrams(keys, "空调漏水，客服ＡＢＣ未回复")
    assert set(bigrams(keys, "漏水")) <= set(whole)
    assert set(bigrams(keys, "服abc")) <= set(whole)
    assert not set(bigrams(keys, "退款")) <= set(whole)
    assert bigrams(keys, "水水水水") == bigrams(keys, "水水")
    assert bigrams(keys, "水") == bigrams(keys, "") == []


@given(text=ANY_TEXT)
@ON_ONE_STORE
def test_bigrams_fit_the_column(keys: FileKeyStore, text: str) -> None:
    numbers = bigrams(keys, text)
    assert numbers == sorted(set(numbers))
    assert all(0 <= number < 2**31 for number in numbers)
