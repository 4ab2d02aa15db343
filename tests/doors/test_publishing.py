"""A new version of a policy: checked, kept, given to new cases; running ones keep theirs."""

import pytest

from complaints.values import Actor
from policies import calendars
from records.calendars import keep, newest
from tests.builders import AGENT, DIRECTOR, SUPERVISOR
from tests.doors.house import ADMIN, ENGINEER, House, execute
from tests.doors.test_opening_api import keyed, opened
from tests.doors.versions import SHIPPED, moved, policy, publish
from tests.world.test_kept_calendars import SHOP


async def version_of(house: House, number: str) -> str:
    async with await house.staff(AGENT) as client:
        return str((await client.get(f"/api/v1/complaints/{number}")).json()["policy_version"])


@pytest.mark.clause("SOP-2.6")
async def test_new_cases_get_the_version_published_last_and_running_ones_keep_theirs(house: House) -> None:
    first = await opened(house, key="1")
    published = await publish(house, moved())
    second = await opened(house, key="2")
    assert published.status_code == 201, published.text
    assert await version_of(house, first) == policy(SHIPPED).version
    assert await version_of(house, second) == policy(moved()).version
    async with await house.staff(AGENT) as client:
        whole = (await client.get("/api/v1/policies/sop")).json()
        listed = (await client.get("/api/v1/policies")).json()["policies"]
    assert whole["limits"]["first_response"]["within"] == "PT2M"
    assert {each["key"]: each["version"] for each in listed}["sop"] == policy(moved()).version


async def test_a_case_shows_the_version_it_is_judged_by(house: House) -> None:
    number = await opened(house)
    client, _ = await house.session(AGENT)
    async with client:
        page = (await client.get(f"/cases/{number}")).text
    assert f"sop {policy(SHIPPED).version}" in page


async def test_the_version_before_can_be_published_again(house: House) -> None:
    await publish(house, moved())
    back = await publish(house, SHIPPED)
    assert back.json()["newest"] == policy(SHIPPED).version
    assert [each["version"][0] for each in back.json()["published"]] == ["1", "2"]
    assert await version_of(house, await opened(house)) == policy(SHIPPED).version


async def test_publishing_is_done_once_however_often_it_is_asked(house: House) -> None:
    async with await house.staff(ADMIN) as client:
        path, body = "/api/v1/policies/sop/versions", {"text": moved()}
        answers = [await client.post(path, json=body, headers=keyed()) for _ in range(3)]
        other = await client.post(path, json={"text": moved("3")}, headers=keyed())
    assert [each.status_code for each in answers] == [201, 201, 201]
    assert [each["published_by"] for each in answers[-1].json()["published"]] == [ADMIN.id]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


async def test_a_change_needs_a_version_of_its_own(house: House) -> None:
    assert (await publish(house, moved())).status_code == 201
    again = await publish(house, moved(limits={}))
    assert again.status_code == 422
    assert again.json()["fields"][0]["path"] == "body.text.policy.version"
    assert "give the change one of its own" in again.text


@pytest.mark.parametrize(
    ("text", "templates", "path"),
    [
        (moved().replace('"2min"', '"soon"'), "", "body.text.limits.first_response.within"),
        ("[policy", "", "body.text.not TOML"),
        ("a = " + "[" * 9000, "", "body.text.not TOML"),
        (moved().replace("Asia/Shanghai", "Mars/Base"), "", "body.text.policy.zone.value"),
        (moved().replace("Asia/Shanghai", "/etc/passwd"), "", "body.text.policy.zone.value"),
        (moved().replace('"2min"', '"9999999999d"'), "", "body.text.limits.first_response.within"),
        (moved().replace('"arrived"', '"dawn"', 1), "", "body.text.limits.first_response.runs_from"),
        (moved().replace('key = "sop"', 'key = "other"', 1), "", "body.text.policy.key"),
        (moved(), '[templates.calming]\nzh = { subject = "{{", body = "" }', "body.text.templates.calming.zh.subject"),
        (moved(), '[templates.calming]\nzh = { subject = "", body = "" }', "body.text.templates.calming.en.body"),
    ],
)
async def test_every_mistake_is_named_by_its_path_and_nothing_is_published(
    house: House, text: str, templates: str, path: str
) -> None:
    async with await house.staff(DIRECTOR) as client:
        body = {"text": text, "templates": templates}
        answer = await client.post("/api/v1/policies/sop/versions", json=body, headers=keyed())
    assert answer.status_code == 422, answer.text
    assert path in [each["path"] for each in answer.json()["fields"]]
    assert execute(house.url, "select count(*) from policy_publication") == [(0,)]


@pytest.mark.parametrize("person", [AGENT, SUPERVISOR, ENGINEER])
async def test_only_a_director_or_an_admin_publishes(house: House, person: Actor) -> None:
    answer = await publish(house, moved(), by=person)
    assert answer.status_code == 403
    assert execute(house.url, "select count(*) from policy_publication") == [(0,)]


async def test_a_policy_of_ones_own_is_offered_once_it_is_published(house: House) -> None:
    own = moved().replace('key = "sop"', 'key = "workshop"', 1)
    async with await house.staff(DIRECTOR) as client:
        answer = await client.post("/api/v1/policies/workshop/versions", json={"text": own}, headers=keyed())
        listed = (await client.get("/api/v1/policies")).json()["policies"]
    assert answer.status_code == 201, answer.text
    assert [each["key"] for each in listed][-1] == "workshop"


async def test_a_policy_may_be_reckoned_by_a_calendar_of_the_company(house: House) -> None:
    text = moved(limits={"registration": ("2h", "3d\"\nunit = \"working_day")})
    text = text.replace('calendar = { value = "cn"', 'calendar = { value = "shop"')
    unknown = await publish(house, text)
    async with house.database.transaction() as connection:
        await keep(connection, calendars.load("cn"))
        await keep(connection, calendars.read("shop", SHOP, await newest(connection)))
    known = await publish(house, text)
    number = await opened(house)
    async with await house.staff(AGENT) as client:
        allowed = await client.get(f"/api/v1/complaints/{number}/commands")
    assert (unknown.status_code, known.status_code, allowed.status_code) == (422, 201, 200)
    assert "body.text.policy.calendar.value" in unknown.text
