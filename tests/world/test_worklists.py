"""Lists of cases: what is due first stands first, filters and search find, pages neither repeat nor skip."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.commands import DetermineLiability
from complaints.vocabulary import Grade, LiableParty, Stage
from plumbing.keys import FileKeyStore
from records import search, worklists
from records.database import Database
from records.worklists import BadCursor, Page, Wanted
from tests.builders import NOON, SUPERVISOR, Desk
from tests.world.recording import opened, order_of, recorder

STORED_NOWHERE = ["\x00", "a\x00b", "\ud800"]


class Shelf:
    """A few cases in the database, each known by a short name that is its number."""

    def __init__(self, database: Database, keys: FileKeyStore) -> None:
        self.database = database
        self.keys = keys
        self.record = recorder(database, keys)

    async def put(self, number: str, desk: Desk, **opening: Any) -> str:
        case_id = str(uuid4())
        await opened(self.database, self.keys, case_id=case_id, number=number, **opening)
        await self.record.record(order_of(desk.entries, desk, case_id=case_id, number=number))
        return case_id

    async def page(self, **wanted: Any) -> Page:
        async with self.database.transaction() as connection:
            return await worklists.cases(connection, self.keys, Wanted(**wanted))

    async def numbers(self, **wanted: Any) -> list[str]:
        return [row["number"] for row in (await self.page(**wanted)).rows]


@pytest.fixture
async def shelf(database: Database, keys: FileKeyStore) -> Shelf:
    return Shelf(database, keys)


@pytest.fixture
async def three(shelf: Shelf) -> Shelf:
    """An arrival, a case in approval, and one in execution."""
    await shelf.put("arrived", Desk(now()))
    await shelf.put("approving", Desk(now()).drafted(grade=Grade.URGENT))
    await shelf.put("executing", Desk(now()).executing())
    return shelf


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def test_what_is_due_first_stands_first(three: Shelf) -> None:
    rows = (await three.page()).rows
    assert [row["next_due"] for row in rows] == sorted(row["next_due"] for row in rows)
    assert rows[0]["number"] == "arrived"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"stage": "approving"}, {"approving"}),
        ({"grade": "urgent"}, {"approving"}),
        ({"owner_role": "director"}, {"approving"}),
        ({"owner_id": "logistics-executor"}, set()),
        ({"department": "logistics"}, {"approving", "executing"}),
        ({"departments": ("product",)}, set()),
        ({"departments": ("logistics",), "stage": "executing"}, {"executing"}),
        ({"overdue": False}, {"arrived", "approving", "executing"}),
        ({"overdue": True}, set()),
        ({"policy": "sop", "channel": "phone"}, {"arrived", "approving", "executing"}),
        ({"stage": "no such stage"}, set()),
    ],
)
async def test_filters(three: Shelf, wanted: dict[str, Any], found: set[str]) -> None:
    assert set(await three.numbers(**wanted)) == found


@pytest.mark.clause("WKS-2.2")
async def test_a_shared_case_stands_in_the_lists_of_all_it_concerns(three: Shelf) -> None:
    shared = Desk(now()).endorsed()
    together = DetermineLiability(
        party=LiableParty.COMPANY, department="customer_service", others=("product",), lead="operations-1"
    )
    shared.do(together, SUPERVISOR)
    await three.put("shared", shared)
    for department in ("customer_service", "product"):
        assert await three.numbers(departments=(department,)) == ["shared"]
    assert await three.numbers(departments=("operations",), persons=("operations-1",)) == ["shared"]
    assert await three.numbers(departments=("operations",), persons=("operations-2",)) == []
    assert "shared" not in await three.numbers(departments=("logistics",), persons=("logistics-head",))


async def test_a_case_is_overdue_though_no_worker_recorded_the_miss(shelf: Shelf) -> None:
    """The limit passed while nothing ran: whoever looks sees it all the same."""
    long_ago = Desk(now() - timedelta(days=2))
    assert not any(entry.fact.kind == "limit_missed" for entry in long_ago.entries)
    await shelf.put("late", long_ago)
    await shelf.put("fresh", Desk(now()))
    assert await shelf.numbers(overdue=True) == ["late"]
    assert await shelf.numbers(overdue=False) == ["fresh"]
    rows = {row["number"]: row["overdue"] for row in (await shelf.page()).rows}
    assert rows == {"late": True, "fresh": False}
    async with shelf.database.transaction() as connection:
        late = await worklists.one(connection, "late")
    assert late is not None
    assert late["overdue"] is True


@pytest.mark.parametrize("common", [0, 1000])
async def test_words_find_the_same_cases_however_common_they_are(
    three: Shelf, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(search, "COMMON", common)
    assert await three.numbers(text="热水器漏水") == await three.numbers()
    assert await three.numbers(text="热水器", stage="approving") == ["approving"]
    assert await three.numbers(text="飞碟") == []


async def test_pages_give_every_case_once(shelf: Shelf) -> None:
    """Also where many are due at the same instant."""
    desk = Desk()
    numbers = [f"n{place}" for place in range(7)]
    for number in numbers:
        await shelf.put(number, desk)
    seen: list[str] = []
    page = await shelf.page(limit=3)
    while page.next_cursor:
        seen += [row["number"] for row in page.rows]
        page = await shelf.page(limit=3, cursor=page.next_cursor)
    seen += [row["number"] for row in page.rows]
    assert len(seen) == 7
    assert set(seen) == set(numbers)


async def test_cases_without_a_due_time_stand_last_and_are_paged_too(shelf: Shelf) -> None:
    archived = Desk().closed()
    while archived.case.stage is not Stage.ARCHIVED:
        archived.wait(days=1)
    await shelf.put("archived", archived)
    await shelf.put("open", Desk())
    first = await shelf.page(limit=1)
    assert [row["number"] for row in first.rows] == ["open"]
    assert await shelf.numbers(cursor=first.next_cursor) == ["archived"]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "%%%", base64.urlsafe_b64encode(b"[1, 2]").decode(), base64.urlsafe_b64encode(b"[" * 9999).decode(),
     base64.urlsafe_b64encode(b'["2026-05-20T00:00:00", "0190a0a0-0000-7000-8000-000000000001"]').decode(),
     base64.urlsafe_b64encode(b'["2026-05-20T00:00:00+00:00", "abcd"]').decode(),
     base64.urlsafe_b64encode(b'["0001-01-01T00:00:00+12:00", "0190a0a0-0000-7000-8000-000000000001"]').decode(),
     "é", "\x00"],
)  # fmt: skip
async def test_a_cursor_of_somebodys_own_making_is_refused(shelf: Shelf, cursor: str) -> None:
    if not cursor:
        assert await shelf.numbers(cursor=cursor) == []
        return
    with pytest.raises(BadCursor):
        await shelf.page(cursor=cursor)


@given(raw=st.one_of(st.binary(), st.text().map(lambda text: text.encode())))
def test_no_cursor_whatever_is_a_crash(raw: bytes) -> None:
    with pytest.raises(BadCursor):
        worklists._read_cursor(base64.urlsafe_b64encode(raw).decode())


@pytest.mark.clause("SVC-5.2")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("漏水", True),
        ("热水器漏", True),
        ("客厅", True),
        ("冰箱", False),
        ("王小明", True),
        ("13812345678", True),
        ("138 1234 5678", True),
        ("+86 138-1234-5678", True),
        ("WANG@Example.com", True),
        ("jd-7", True),
        ("n1", True),
        ("13812345679", False),
        ("水", False),
        *((text, False) for text in STORED_NOWHERE),
        *((text, True) for text in ("", "   ")),
    ],
)
async def test_search_over_what_is_sealed(shelf: Shelf, text: str, found: bool) -> None:
    """Two letters and more through keyed pairs; phone, mail, order and complaint number exactly."""
    changes = {"description": "热水器漏水, 淹了客厅", "order_number": "JD-7"}
    await opened(shelf.database, shelf.keys, case_id=str(uuid4()), number="n1", **changes)
    assert await shelf.numbers(text=text) == (["n1"] if found else [])


@pytest.mark.clause("SVC-5.2")
async def test_search_needs_the_key(shelf: Shelf, three: Shelf, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = FileKeyStore(tmp_path_factory.mktemp("other") / "keys.db", b"o" * 32)
    async with shelf.database.transaction() as connection:
        found = await worklists.cases(connection, other, Wanted(text="漏水"))
    other.close()
    assert found.rows == []


@pytest.mark.parametrize("text", STORED_NOWHERE)
async def test_texts_postgresql_cannot_hold_find_nothing(three: Shelf, text: str) -> None:
    for name in ("stage", "grade", "owner_role", "owner_id", "department", "policy", "channel"):
        assert await three.numbers(**{name: text}) == []
    async with three.database.transaction() as connection:
        assert await worklists.one(connection, text) is None


async def test_what_is_personal_is_read_with_the_key_and_gone_without(shelf: Shelf) -> None:
    case_id = await shelf.put("n1", Desk())
    async with shelf.database.transaction() as connection:
        row = await worklists.by_id(connection, case_id)
    assert row is not None
    contact, text = worklists.personal(shelf.keys, row)
    assert (contact["name"], text) == ("王小明", "热水器漏水")
    shelf.keys.destroy(case_id)
    assert worklists.personal(shelf.keys, row) == ({}, "")


async def test_a_page_is_never_endless(shelf: Shelf) -> None:
    assert worklists.LONGEST_PAGE == 200
    await shelf.put("n1", Desk(NOON))
    for limit in (-1, 0, 10_000):
        assert await shelf.numbers(limit=limit) == ["n1"]
