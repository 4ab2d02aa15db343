"""Running cases take another version: looked at first, done as it was seen, by a director and nobody else."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from complaints.values import Actor
from records import receipts
from tests.builders import AGENT, DIRECTOR, EXECUTIVE, LOGISTICS_HEAD, SUPERVISOR
from tests.doors.house import ADMIN, ENGINEER, House, execute, working
from tests.doors.test_opening_api import WHOLE, keyed, opened
from tests.doors.versions import SHIPPED, adopt, adoption, moved, policy, preview, publish


async def deadlines(house: House, number: str) -> dict[str, str]:
    async with await house.staff(AGENT) as client:
        found = (await client.get(f"/api/v1/complaints/{number}/deadlines")).json()["deadlines"]
    return {each["clock"]: each["due_at"] for each in found}


async def journal(house: House, number: str, kind: str) -> list[dict[str, Any]]:
    async with await house.staff(DIRECTOR) as client:
        found = (await client.get(f"/api/v1/complaints/{number}/journal")).json()["entries"]
    return [each for each in found if each["fact"]["kind"] == kind]


async def settled(house: House, adoption_id: str) -> dict[str, int]:
    """Wait until no case of it waits."""
    async with asyncio.timeout(30):
        while (progress := (await adoption(house, adoption_id)).json()["progress"])["waiting"]:
            await asyncio.sleep(0.05)
    return dict(progress)


def instants(dues: dict[str, str]) -> dict[str, datetime]:
    return {clock: instant(at) for clock, at in dues.items()}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.clause("SOP-2.6")
async def test_a_preview_names_every_deadline_before_and_after_and_changes_nothing(
    busy_house: House, env: WorkflowEnvironment
) -> None:
    async with working(busy_house, env):
        number = await opened(busy_house)
        await busy_house.recorded(number, "arrived")
        before = await deadlines(busy_house, number)
        await publish(busy_house, moved())
        seen = await preview(busy_house)
        after = await deadlines(busy_house, number)
    assert seen.status_code == 200, seen.text
    body = seen.json()
    [case] = body["cases"]
    moves = {each["limit"]: instant(each["after"]) - instant(each["before"]) for each in case["changes"]}
    assert moves == {"first_response": -timedelta(minutes=8), "registration": timedelta(hours=3)}
    assert {each["clock"]: instant(each["before"]) for each in case["changes"]}.items() <= instants(before).items()
    wanted = {"cases": 1, "unchanged": 0, "deadlines": 2, "earlier": 1, "later": 1, "started": 0, "ended": 0}
    assert body["figures"] == {**wanted, "newly_overdue": 0, "in_time_again": 0}
    assert (case["state"], case["from_version"]) == ("previewed", policy(SHIPPED).version)
    assert after == before
    assert await journal(busy_house, number, "policy_adopted") == []


@pytest.mark.clause("SOP-2.6")
async def test_what_is_adopted_is_what_was_seen_and_both_are_in_the_record(
    busy_house: House, env: WorkflowEnvironment
) -> None:
    async with working(busy_house, env):
        number = await opened(busy_house)
        await busy_house.recorded(number, "arrived")
        await publish(busy_house, moved())
        seen = (await preview(busy_house)).json()
        done = await adopt(busy_house, seen["id"])
        again = await adopt(busy_house, seen["id"])
        progress = await settled(busy_house, seen["id"])
        await busy_house.recorded(number, "policy_adopted")
        [fact] = await journal(busy_house, number, "policy_adopted")
        due = await deadlines(busy_house, number)
        [case] = (await adoption(busy_house, seen["id"])).json()["cases"]
    assert (done.status_code, again.status_code) == (202, 202)
    assert done.headers["location"].endswith(seen["id"])
    assert progress == {"waiting": 0, "adopted": 1, "refused": 0, "skipped": 0}
    assert case["changes"] == seen["cases"][0]["changes"]
    after = {each["clock"]: instant(each["after"]) for each in case["changes"]}
    assert {each["clock"]: instant(each["after"]) for each in fact["fact"]["changes"]} == after
    assert after.items() <= instants(due).items()
    assert (fact["actor"]["id"], fact["fact"]["to_version"]) == (DIRECTOR.id, "2")
    assert fact["fact"]["private"]["text"] == "新版流程"
    row = execute(busy_house.url, "select policy_version from complaint_case")
    assert row == [(policy(moved()).version,)]


async def test_a_case_that_moved_on_since_is_skipped_and_seen_by_the_next_preview(
    busy_house: House, env: WorkflowEnvironment
) -> None:
    async with working(busy_house, env), await busy_house.staff(AGENT) as client:
        number = await opened(busy_house)
        await busy_house.recorded(number, "arrived")
        await publish(busy_house, moved())
        seen = (await preview(busy_house)).json()
        register = {"kind": "register", **WHOLE["register"]}
        path = f"/api/v1/complaints/{number}/commands"
        answer = await client.post(path, json=register, headers=keyed("register"))
        assert answer.status_code == 200, answer.text
        await busy_house.recorded(number, "registered")
        await adopt(busy_house, seen["id"])
        [skipped] = (await adoption(busy_house, seen["id"])).json()["cases"]
        fresh = (await preview(busy_house)).json()
        await adopt(busy_house, fresh["id"], key="adopt-2")
        progress = await settled(busy_house, fresh["id"])
    assert (skipped["state"], "moved on" in skipped["why"]) == ("skipped", True)
    assert {each["limit"] for each in fresh["cases"][0]["changes"]} == {"first_response"}
    assert progress["adopted"] == 1


async def test_a_directors_command_names_the_case_as_it_was_seen(busy_house: House, env: WorkflowEnvironment) -> None:
    """So a case that somebody acted on in between refuses it (`stale_version`)."""
    async with working(busy_house, env):
        number = await opened(busy_house)
        await busy_house.recorded(number, "arrived")
        await publish(busy_house, moved())
        await adopt(busy_house, (await preview(busy_house)).json()["id"])
    [(version, command_id)] = execute(busy_house.url, "select seen, command_id::text from adoption_case")
    async with busy_house.database.transaction() as connection:
        [(_, envelope)] = await receipts.with_envelopes(connection, busy_house.keys, [command_id])
    assert json.loads(envelope)["expected_version"] == version > 0


async def test_with_temporal_away_the_sweeper_tells_the_cases_later(house: House) -> None:
    """Receipts come first: nothing is lost between the director's word and the signal."""
    number = await opened(house)
    await publish(house, moved())
    seen = (await preview(house)).json()
    done = await adopt(house, seen["id"])
    assert done.json()["progress"]["waiting"] == 1
    found = execute(house.url, "select kind, number, signalled_at from receipt")
    assert found == [("adopt_policy", number, None)]
    assert (await preview(house)).json()["figures"]["cases"] == 0, "it takes a version just now"


async def test_cases_can_be_named_and_unknown_ones_are_said_by_their_place(house: House) -> None:
    first, second = await opened(house, key="1"), await opened(house, key="2")
    await publish(house, moved())
    one = (await preview(house, numbers=[second])).json()
    wrong = await preview(house, numbers=[first, "20200101001"])
    assert [each["number"] for each in one["cases"]] == [second]
    assert (wrong.status_code, wrong.json()["fields"][0]["path"]) == (422, "body.numbers.1")


async def test_a_long_list_comes_in_pages(house: House) -> None:
    numbers = [await opened(house, key=str(each)) for each in range(5)]
    await publish(house, moved())
    seen = (await preview(house)).json()
    found, after = [], ""
    while after is not None:
        page = (await adoption(house, seen["id"], after=after, limit=2)).json()
        found += [each["number"] for each in page["cases"]]
        after = page["next"]
    assert found == numbers


@pytest.mark.parametrize("person", [AGENT, SUPERVISOR, EXECUTIVE, LOGISTICS_HEAD, ENGINEER, ADMIN])
async def test_nobody_but_a_director_looks_or_adopts(house: House, person: Actor) -> None:
    await opened(house)
    await publish(house, moved())
    seen = (await preview(house)).json()["id"]
    answers = [await ask(house, by=person) for ask in (preview,)]
    answers += [await ask(house, seen, person) for ask in (adopt, adoption)]
    for answer in answers:
        assert answer.status_code == 403
    assert execute(house.url, "select count(*) from receipt") == [(0,)]


async def test_what_is_not_there_is_said(house: House) -> None:
    nothing = "0190a0a0-0000-7000-8000-000000000001"
    assert (await adopt(house, nothing)).status_code == 404
    assert (await adopt(house, "no uuid")).status_code == 404
    assert (await adoption(house, nothing)).status_code == 404
    assert (await preview(house, to_version="77-abcdef01")).status_code == 404
    assert (await preview(house, reason="  ")).status_code == 422


async def test_a_key_that_started_one_adoption_starts_no_other(house: House) -> None:
    await opened(house)
    await publish(house, moved())
    first, second = (await preview(house)).json()["id"], (await preview(house)).json()["id"]
    assert (await adopt(house, first)).status_code == 202
    assert (await adopt(house, second)).status_code == 409
