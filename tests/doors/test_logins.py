"""Logging in: sessions, forged posts, first passwords, lock-out, keys of other systems."""

import pytest

from complaints.values import Actor
from tests.builders import AGENT, SUPERVISOR
from tests.doors.house import ADMIN, ENGINEER, PASSWORD, House, execute, hire
from tests.doors.test_opening_api import ARRIVAL, keyed

NEW = "another long password"
FRESH = Actor(kind=AGENT.kind, id="fresh-1", roles=AGENT.roles, department=AGENT.department)


def login(name: str = AGENT.id, password: str = PASSWORD) -> dict[str, str]:
    return {"login": name, "password": password}


async def test_a_session_begins_acts_and_ends(house: House) -> None:
    async with house.stranger as client:
        begun = await client.post("/api/v1/session", json=login())
        cookie = begun.headers["set-cookie"].lower()
        csrf = {"x-csrf-token": begun.json()["csrf"]}
        listed = await client.get("/api/v1/complaints")
        opened = await client.post("/api/v1/complaints", json=ARRIVAL, headers={**keyed(), **csrf})
        ended = await client.delete("/api/v1/session", headers=csrf)
        after = await client.get("/api/v1/complaints")
    assert begun.status_code == 200
    assert begun.json()["roles"] == ["agent"]
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (listed.status_code, opened.status_code, ended.status_code, after.status_code) == (200, 201, 200, 401)


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_post_by_cookie_alone_is_forged(house: House, token: str) -> None:
    client, _ = await house.session(AGENT)
    async with client:
        answer = await client.post("/api/v1/complaints", json=ARRIVAL, headers={**keyed(), "x-csrf-token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert execute(house.url, "select count(*) from complaint_case") == [(0,)]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Bearer desk_x_y", "Basic YTpi", "Bearer desk_\x7f_\xe9", "Bearer " + "a" * 5000],
)
async def test_strangers_are_told_to_log_in(house: House, header: str) -> None:
    async with house.stranger as client:
        client.headers["authorization"] = header
        client.cookies.set("desk_session", "made-up")
        for method, path in (("GET", "/api/v1/complaints"), ("GET", "/api/v1/policies"), ("POST", "/api/v1/api-keys")):
            answer = await client.request(method, path, json={} if method == "POST" else None)
            assert answer.status_code == 401, (path, answer.text)
            assert answer.json()["code"] == "not_logged_in"


async def test_wrong_login_and_wrong_password_look_alike(house: House) -> None:
    async with house.stranger as client:
        wrong = await client.post("/api/v1/session", json=login(password="not the password"))
        nobody = await client.post("/api/v1/session", json=login("nobody"))
        odd = await client.post("/api/v1/session", json=login("a\u0000b", "\u0000"))
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json() == nobody.json()
    assert odd.status_code in (401, 422)


async def test_five_failures_lock_the_account_for_a_while(house: House) -> None:
    async with house.stranger as client:
        for _ in range(5):
            await client.post("/api/v1/session", json=login(password="guess"))
        right = await client.post("/api/v1/session", json=login())
        other = await client.post("/api/v1/session", json=login(SUPERVISOR.id))
        execute(house.url, "update staff set locked_until = now() - interval '1 second' where id = %s", AGENT.id)
        later = await client.post("/api/v1/session", json=login())
    assert (right.status_code, other.status_code, later.status_code) == (401, 200, 200)


async def test_a_seeded_password_is_changed_first(house: House) -> None:
    hire(house.url, FRESH, must_change=True)
    async with house.stranger as client:
        begun = await client.post("/api/v1/session", json=login(FRESH.id))
        barred = await client.get("/api/v1/complaints")
        change = {"login": FRESH.id, "old_password": PASSWORD}
        short = await client.post("/api/v1/password", json={**change, "new_password": "short"})
        same = await client.post("/api/v1/password", json={**change, "new_password": PASSWORD})
        changed = await client.post("/api/v1/password", json={**change, "new_password": NEW})
        over = await client.get("/api/v1/complaints")
        old = await client.post("/api/v1/session", json=login(FRESH.id))
        again = await client.post("/api/v1/session", json=login(FRESH.id, NEW))
        free = await client.get("/api/v1/complaints")
    assert begun.json()["must_change"] is True
    assert (barred.status_code, barred.json()["code"]) == (403, "password_must_change")
    assert (short.status_code, same.status_code, changed.status_code) == (422, 422, 200)
    assert (over.status_code, old.status_code, again.status_code, free.status_code) == (401, 401, 200, 200)


async def test_admin_makes_keys_that_have_a_persons_rights(house: House) -> None:
    wanted = {"name": "call centre", "staff_id": AGENT.id, "days": 30}
    async with await house.staff(ADMIN) as admin:
        made = await admin.post("/api/v1/api-keys", json=wanted)
        nobody = await admin.post("/api/v1/api-keys", json={**wanted, "staff_id": "nobody"})
    async with house.stranger as client:
        client.headers["authorization"] = f"Bearer {made.json()['api_key']}"
        opened = await client.post("/api/v1/complaints", json=ARRIVAL, headers=keyed())
        key_id = made.json()["api_key"].split("_")[1]
        execute(house.url, "update api_key set revoked_at = now() where id = %s", key_id)
        revoked = await client.get("/api/v1/complaints")
    assert (made.status_code, nobody.status_code) == (201, 422)
    assert (opened.status_code, revoked.status_code) == (201, 401)
    ((kept,),) = execute(house.url, "select key_hash from api_key where id = %s", key_id)
    assert made.json()["api_key"].encode() not in bytes(kept)


@pytest.mark.parametrize("person", [AGENT, SUPERVISOR, ENGINEER], ids=lambda p: p.id)
async def test_only_admin_makes_keys(house: House, person: Actor) -> None:
    async with await house.staff(person) as client:
        answer = await client.post("/api/v1/api-keys", json={"name": "x", "staff_id": ADMIN.id})
    assert answer.status_code == 403
