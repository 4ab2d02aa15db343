"""Staff and customers who use a running desk over REST, as patient as people and systems are."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

TRIES = 150
BETWEEN_TRIES = 0.2
CHANGED = "-changed"
"""What a seeded password is changed to ends so: whoever knows the old one can log in again."""

LATER = ("not_told", "look_up_pending", "not_now", "no_such_complaint")
"""Refusals that pass by themselves: a delivery or look-up is on its way, a new case not yet in somebody's list."""


class NotServed(RuntimeError):
    """The desk didn't do what a patient person asked of it; the words say what was asked and answered."""


def passwords(screen: Sequence[str]) -> dict[str, str]:
    """The seeded passwords, as the first start printed them."""
    found = (re.match(r"^ +(\S+) \([a-z_]+\) +(\S+)$", line) for line in screen)
    return {match[1]: match[2] for match in found if match}


@dataclass
class People:
    """Everybody of one desk; each request is sent again, under the same key, until it is answered."""

    address: str
    mailbox: str
    seeded: dict[str, str]
    changed: set[str] = field(default_factory=set)
    clients: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    tries: int = TRIES

    async def staff(self, login: str) -> httpx2.AsyncClient:
        """A logged-in person; the seeded password is changed first, unless that was done before."""
        if login not in self.clients:
            client = self.client(self.address)
            old, new = self.seeded[login], self.seeded[login] + CHANGED
            if login not in self.changed:
                change = {"login": login, "old_password": old, "new_password": new}
                await self.ask(client, "POST", "/api/v1/password", json=change)
            answer = await self.ask(client, "POST", "/api/v1/session", json={"login": login, "password": new})
            if answer.status_code != 200:
                raise NotServed(f"{login} can't log in: {answer.text}")
            client.headers["x-csrf-token"] = answer.json()["csrf"]
            self.clients[login] = client
            self.changed.add(login)
        return self.clients[login]

    async def customer(self, number: str) -> httpx2.AsyncClient:
        """The customer of a case, by the link in the first mail about it."""
        if number not in self.clients:
            client = self.client(self.address)
            client.headers["Authorization"] = f"Bearer {await self._token(number)}"
            self.clients[number] = client
        return self.clients[number]

    def client(self, address: str) -> httpx2.AsyncClient:
        """Straight to the desk, whatever proxy the environment names."""
        return httpx2.AsyncClient(base_url=address, timeout=10, trust_env=False)

    async def _token(self, number: str) -> str:
        async with self.client(self.mailbox) as client:
            for _ in range(self.tries):
                for mail in (await self.ask(client, "GET", "/api/messages", params={"q": number})).json():
                    found = re.search(r"/c/(\S+)", mail["text"])
                    if number in mail["subject"] and found:
                        return found[1]
                await asyncio.sleep(BETWEEN_TRIES)
        raise NotServed(f"no mail with a link ever came about {number}")

    async def ask(self, client: httpx2.AsyncClient, method: str, path: str, **more: Any) -> httpx2.Response:
        """Ask until there is an answer that isn't "come back later"."""
        for _ in range(self.tries):
            try:
                answer = await client.request(method, path, **more)
            except httpx2.HTTPError:
                await asyncio.sleep(BETWEEN_TRIES)
                continue
            if answer.status_code not in (502, 503):
                return answer
            await asyncio.sleep(BETWEEN_TRIES)
        raise NotServed(f"{method} {path} was never answered")

    async def open(self, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """A complaint opened by the agent."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        answer = await self.ask(await self.staff("agent-1"), "POST", "/api/v1/complaints", json=body, headers=headers)
        if answer.status_code != 201:
            raise NotServed(f"the complaint wasn't opened: {answer.text}")
        opened: dict[str, Any] = answer.json()
        return opened

    async def send(
        self, client: httpx2.AsyncClient, number: str, body: dict[str, Any], key: str = ""
    ) -> dict[str, Any]:
        """Send a command and find out what became of it, however long that takes; the answer is the receipt."""
        path, headers = f"/api/v1/complaints/{number}/commands", {"Idempotency-Key": key or str(uuid4())}
        answer = await self.ask(client, "POST", path, json=body, headers=headers)
        for _ in range(self.tries):
            if answer.status_code != 202 and not (answer.status_code == 200 and answer.json().get("status") == "taken"):
                break
            await asyncio.sleep(BETWEEN_TRIES)
            answer = await self.ask(client, "GET", f"/api/v1/commands/{answer.json()['command_id']}")
        found: dict[str, Any] = answer.json()
        return found

    async def do(self, client: httpx2.AsyncClient, number: str, **body: Any) -> dict[str, Any]:
        """Send a command and insist."""
        return await self.insist(client, number, body)

    async def insist(
        self, client: httpx2.AsyncClient, number: str, body: dict[str, Any], key: str = ""
    ) -> dict[str, Any]:
        """Send a command; one that must wait for a delivery or look-up is sent anew until it may."""
        for place in range(self.tries):
            receipt = await self.send(client, number, body, f"{key}-{place}" if key else "")
            if receipt.get("status") == "accepted":
                return receipt
            if receipt.get("code") not in LATER:
                raise NotServed(f"{body['kind']} was refused: {receipt}")
            await asyncio.sleep(BETWEEN_TRIES)
        raise NotServed(f"{body['kind']} was never accepted: {receipt}")

    async def close(self) -> None:
        """Everybody leaves."""
        for client in self.clients.values():
            await client.aclose()


def hence(**span: float) -> str:
    """An instant from now, in ISO form."""
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def complaint(**changes: Any) -> dict[str, Any]:
    """A complaint with its registration form, as JSON."""
    contact = {"name": "王小明", "phone": "13812345678", "email": f"wang-{uuid4().hex[:8]}@example.com"}
    form = {"contact": contact, "description": "5月19日晚, 家中, 热水器漏水", "demand": "换货"}
    register = {"form": form, "category": "logistics_delay", "grade": "general"}
    return {"channel": "phone", "text": "来电: 热水器漏水", "contact": contact, "register": register, **changes}


async def live(people: People, opened: dict[str, Any]) -> str:
    """A case from first call to closed, by everybody it takes; the answer is its number."""
    number = opened["number"]
    agent, supervisor = await people.staff("agent-1"), await people.staff("supervisor-1")
    head, executor = await people.staff("logistics-head"), await people.staff("logistics-executor")
    revisitor, customer = await people.staff("revisit-1"), await people.customer(number)
    said = {"words": {"text": "说明"}}
    measure = {"kind": "resend", "text": "重新发货", "actor": "物流专员", "until": hence(days=1)}
    plan = {"cause": "运输损坏", "measures": [measure]}
    await people.do(agent, number, kind="respond", channel="phone", contacted_at=hence())
    await people.do(agent, number, kind="verify", look_up_answer="已逐项核对", **said)
    await people.do(supervisor, number, kind="endorse", grade="general")
    await people.do(agent, number, kind="determine_liability", party="carrier", department="logistics")
    await people.do(head, number, kind="start_handling", first_action="联系承运商")
    await people.do(executor, number, kind="draft_plan", plan=plan)
    await people.do(head, number, kind="approve")
    await people.do(agent, number, kind="propose")
    await people.do(customer, number, kind="answer", answer="accepted", **said)
    await people.do(executor, number, kind="record_step", step="m1", status="done", **said)
    await people.do(executor, number, kind="complete", **said)
    await people.do(customer, number, kind="confirm", **said)
    await people.do(revisitor, number, kind="record_revisit", solved=True, effect_score=5, attitude_score=5)
    return str(number)
