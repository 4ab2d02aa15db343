"""Bad and unusual input in every text field: stored and shown unchanged, or refused with the field named; never a 500.

A small sample of our own is always tried. The project's larger collection is tried as well where it lies beside the
repository; where it doesn't, the tests say so and go on with the sample.
"""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

from tests.builders import AGENT
from tests.doors.house import House, working
from tests.doors.test_opening_api import keyed

COLLECTION = Path(__file__).parents[3] / "shared" / "data" / "edge_inputs"

SAMPLE = (
    "", " ", "\t\r\n", "null", "undefined", "None", "true", "0", "-1", "NaN", "Infinity", "1e999", "0x7f",
    "' OR 1=1 --", "'; drop table journal; --", "%s%n%x", "${7*7}", "{{7*7}}", "{% raw %}", "../../etc/passwd",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "\\", "\\u0000", "C:\\con\\nul",
    "﷽", "Ω≈ç√∫˜µ≤≥÷", "ثم نفس سقطت", "הָיְתָה", "\u202eright to left\u202c", "\u200b\u200d\ufeff", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "👩‍👩‍👧‍👦🏳️‍🌈", "𠜎𠜱𠝹𠱓", "龘䶮㐂𬱖", "ﬀ①Ａ", "\x1b[31mred", "\x7f\x80\x9f", "\uffff\ufffe", "\U0010ffff",
    "a\u0000b", "\u0000", "\x01\x02\x08", "ı İ ſ ß ẞ", "１３８１２３４５６７８", "+86 138-1234-5678",
    "\"quoted@local\"@example.org", "王·小明", "é vs é", "长" * 2_000, "x" * 20_000, "x" * 20_001,
    "\r\nBcc: all@example.com", "=cmd|' /C calc'!A0",
)  # fmt: skip


def has_collection() -> bool:
    """Whether the collection is there; says so where it isn't."""
    if not COLLECTION.is_dir():
        sys.stderr.write(f"{COLLECTION.name} is not beside this repository: only the sample of our own is tried\n")
    return COLLECTION.is_dir()


def read(name: str) -> Any:
    return json.loads((COLLECTION / name).read_text("utf-8"))


def texts() -> list[str]:
    """The sample, and the collection's naughty strings, each once."""
    more = read("naughty_strings.open.json") if has_collection() else []
    return list(dict.fromkeys((*SAMPLE, *more)))


def everywhere(text: str) -> dict[str, Any]:
    """A complaint with the same text in every field that takes free text."""
    return whole(contact=dict.fromkeys(("name", "phone", "email"), text), **dict.fromkeys(OTHER_FIELDS, text))


OTHER_FIELDS = ("description", "demand", "order_number", "product", "order_details", "earlier_contact")


def whole(contact: dict[str, str], **fields: str) -> dict[str, Any]:
    form = {"contact": contact, "evidence": [fields["description"]], **fields}
    register = {"form": form, "category": "logistics_delay", "grade": "general"}
    return {"channel": "phone", "text": fields["description"], "contact": contact, "register": register}


def unusual_people() -> Iterator[dict[str, Any]]:
    """Complaints of the collection's people: phones in every form, addresses, mail, names, rare characters."""
    if not has_collection():
        return
    with (COLLECTION / "cn_addresses.open.csv").open(encoding="utf-8") as rows:
        places = ["".join((row["province"], row["city"], row["area"], row["street"])) for row in csv.DictReader(rows)]
    phones, mails = read("phones.open.json"), [each["address"] for each in read("emails.open.json")]
    surnames = [str(name) for name, _ in read("cn_names_faker_zh_CN.json")["surnames_with_weight"]]
    rare = [each["char"] for each in read("rare_hanzi_official_table.json")]
    level_3 = (COLLECTION / "official_level3_chars.txt").read_text("utf-8")
    for n in range(max(len(phones), len(mails), len(surnames), len(rare))):
        phone, mail, name = phones[n % len(phones)], mails[n % len(mails)], surnames[n % len(surnames)]
        person = {"name": f"{name}{rare[n % len(rare)]}", "phone": phone["e164"], "email": mail}
        yield whole(
            contact=person, description="\n".join(places[n :: len(phones)]) or level_3, demand=level_3[n::100] or name,
            order_number=phone["national"], product=phone["international"], order_details=mail,
            earlier_contact=phone["rfc3966"],
        )  # fmt: skip


def named(answer: httpx2.Response) -> list[str]:
    """The paths a refusal names."""
    return [field["path"] for field in answer.json()["fields"]]


async def shown(client: httpx2.AsyncClient, number: str) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/complaints/{number}")
    assert answer.status_code == 200
    case: dict[str, Any] = answer.json()
    return case


async def test_every_text_is_stored_and_shown_unchanged_or_refused_by_name(house: House) -> None:
    refused = 0
    async with await house.staff(AGENT) as client:
        for count, text in enumerate(texts()):
            answer = await client.post("/api/v1/complaints", json=everywhere(text), headers=keyed(f"k{count}"))
            if answer.status_code == 422:
                assert named(answer), text
                refused += 1
                continue
            assert answer.status_code == 201, (text, answer.text)
            case = await shown(client, answer.json()["number"])
            assert case["contact"] == {"name": text, "phone": text, "email": text}
            assert case["description"] == f"{text}\n{text}"
    assert 3 <= refused < len(SAMPLE)


async def test_unusual_people_are_kept_as_they_are(house: House) -> None:
    async with await house.staff(AGENT) as client:
        for count, body in enumerate(unusual_people()):
            answer = await client.post("/api/v1/complaints", json=body, headers=keyed(f"k{count}"))
            assert answer.status_code == 201, answer.text
            assert (await shown(client, answer.json()["number"]))["contact"] == body["contact"]


async def test_what_is_refused_is_what_cannot_be_kept(house: House) -> None:
    """A form needs words in some fields; the rest is refused for NUL, half pairs and length, and for nothing else."""
    async with await house.staff(AGENT) as client:
        for count, text in enumerate(SAMPLE):
            body = {"channel": "email", "text": text, "contact": {"name": text}, "brand": text[:200]}
            answer = await client.post("/api/v1/complaints", json=body, headers=keyed(f"k{count}"))
            impossible = "\x00" in text or len(text) > 20_000
            assert answer.status_code == (422 if impossible else 201), (text[:40], answer.text)
            if impossible:
                assert {"body.text", "body.contact.name"} & set(named(answer))


async def test_every_text_can_be_searched_for(house: House) -> None:
    async with await house.staff(AGENT) as client:
        for text in texts():
            answer = await client.get("/api/v1/complaints", params={"text": text[:300], "owner_id": text[:300]})
            assert answer.status_code in (200, 422), (text[:40], answer.text)


async def test_every_text_in_the_address_and_the_headers_is_answered(house: House) -> None:
    async with await house.staff(AGENT) as client:
        for text in SAMPLE:
            part = "".join(f"%{byte:02x}" for byte in text[:300].encode(errors="replace")) or "%20"
            for place in ("/api/v1/complaints", "/api/v1/commands", "/api/v1/policies", "/c"):
                path = f"{place}/{part}"
                answer = await client.get(path)
                assert answer.status_code in (404, 422), (text[:40], path[:40], answer.status_code)
            key = text[:250].encode(errors="replace").replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")
            answer = await client.post(
                "/api/v1/complaints", json={"channel": "phone"}, headers=[(b"idempotency-key", key)]
            )
            assert answer.status_code in (201, 422), (text[:40], answer.text)


async def test_every_text_in_a_command_comes_back_from_the_journal(
    busy_house: House, env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.casework.ANSWER_SECONDS", 20.0)
    monkeypatch.setattr("api.casework.CALL_TIMEOUT", timedelta(seconds=10))
    kept: list[str] = []
    async with working(busy_house, env), await busy_house.staff(AGENT) as client:
        opened = await client.post("/api/v1/complaints", json={"channel": "phone"}, headers=keyed())
        path = f"/api/v1/complaints/{opened.json()['number']}"
        for count, text in enumerate(SAMPLE):
            words = {"text": text, "reference": text}
            at = datetime.now(UTC).isoformat()
            body = {"kind": "respond", "channel": "phone", "contacted_at": at, "words": words}
            answer = await client.post(f"{path}/commands", json=body, headers=keyed(f"k{count}"))
            if answer.status_code == 422:
                assert "body.words.text" in named(answer)
                continue
            assert answer.status_code == 200, (text[:40], answer.text)
            kept.append(text)
        note = {"kind": "note", "words": {"text": "."}}
        last = await client.post(f"{path}/commands", json=note, headers=keyed("last"))
        assert last.status_code == 200
        await busy_house.recorded(opened.json()["number"], "noted")
        journal = (await client.get(f"{path}/journal")).json()["entries"]
    told = [entry["fact"]["private"] for entry in journal if entry["fact"]["kind"] == "responded"]
    assert told == [{"text": text, "reference": text} for text in kept]


async def test_every_text_may_be_a_login(house: House) -> None:
    async with house.stranger as client:
        for text in (*SAMPLE[:12], "a\u0000b", "\u202e", "长" * 300):
            answer = await client.post("/api/v1/session", json={"login": text, "password": text})
            assert answer.status_code in (401, 422), (text[:40], answer.text)
