"""An engineer reads a case in the Temporal Web UI, in a real browser; who isn't logged in reads nothing of it."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.journeys.browser import browsing, log_in, picture, stranger
from tests.journeys.test_desk_up import Desk, Start, folder, start
from trials.people import People, complaint, hence, passwords

__all__ = ["folder", "start"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

READABLE = "Temporal UI, readable"
AS_STORED = "Temporal UI as stored"
SAID = {"words": {"text": "热水器接口渗水"}}
PLAN = {
    "cause": "运输损坏",
    "measures": [{"kind": "resend", "text": "重新发货", "actor": "物流专员", "until": hence(days=1)}],
}


async def to_proposing(people: People) -> str:
    """A case whose plan was just approved; the answer is its number."""
    number = str((await people.open(complaint()))["number"])
    agent, supervisor = await people.staff("agent-1"), await people.staff("supervisor-1")
    head, executor = await people.staff("logistics-head"), await people.staff("logistics-executor")
    await people.do(agent, number, kind="respond", channel="phone", contacted_at=hence())
    await people.do(agent, number, kind="verify", **SAID)
    await people.do(supervisor, number, kind="endorse", grade="general")
    await people.do(agent, number, kind="determine_liability", party="carrier", department="logistics")
    await people.do(head, number, kind="start_handling", first_action="联系承运商")
    await people.do(executor, number, kind="draft_plan", plan=PLAN)
    await people.do(head, number, kind="approve")
    return number


async def open_case(page: Page, address: str, number: str) -> str:
    """Find the case in the UI's list and open it; the answer is its address."""
    await page.goto(f"{address}/namespaces/default/workflows")
    await page.get_by_role("link", name=f"complaint-{number}").first.click()
    await page.wait_for_url("**/timeline")
    return page.url.removesuffix("/timeline")


def current_details(page: Page) -> FrameLocator:
    """The page of Markdown the case keeps of itself; the UI shows it in a frame of its own, after the summary."""
    return page.frame_locator("iframe >> nth=-1")


async def open_approval(page: Page, case: str) -> None:
    """Unfold the approval in the event history."""
    await page.goto(f"{case}/history")
    await page.locator("*:visible", has_text=re.compile("^approve$")).last.click()
    await expect(page.get_by_text("Request ID")).to_be_visible()


@pytest.mark.clause("SVC-5.2")
async def test_an_engineer_reads_stage_deadline_and_approval_and_a_stranger_does_not(
    start: Start, tmp_path: Path
) -> None:
    desk = start()
    desk.until_it_says("Ready.")
    people = People(desk.address("My desk and API"), desk.address("Mailbox"), passwords(desk.screen))
    number = await to_proposing(people)
    deadline = await next_deadline(people, number)
    await people.staff("engineer-1")
    await people.close()
    async with browsing() as browser:
        page = await stranger(browser)
        await nothing_is_read(page, desk, number, tmp_path)
        await log_in(page, people.address, "engineer-1", people.seeded["engineer-1"] + "-changed")
        case = await open_case(page, desk.address(READABLE), number)
        await expect(page.get_by_text("first_response: 预警 warns 客服专员 agent").first).to_be_visible()
        await picture(page, "temporal-timeline", tmp_path)

        await page.goto(f"{case}/user-metadata")
        details = current_details(page)
        await expect(details.get_by_role("heading", level=3)).to_have_text(f"{number} · 待客户答复 proposing")
        await expect(details.get_by_role("listitem").filter(has_text="next deadline")).to_contain_text(deadline)
        await picture(page, "temporal-details", tmp_path)

        await open_approval(page, case)
        await expect(page.locator("body")).to_contain_text('"id": "logistics-head"')
        await picture(page, "temporal-approval", tmp_path)

        await page.goto(f"{case}/search-attributes")
        await expect(page.locator("body")).to_contain_text('"Stage": "proposing"')
        await picture(page, "temporal-search-attributes", tmp_path)


async def next_deadline(people: People, number: str) -> str:
    """The nearest due time of a case as the page shows it: the wall clock of the policy's zone, and the clock."""
    agent = await people.staff("agent-1")
    answer = await people.ask(agent, "GET", f"/api/v1/complaints/{number}/deadlines")
    nearest = answer.json()["deadlines"][0]
    at = datetime.fromisoformat(nearest["due_at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    return f"{at:%Y-%m-%d %H:%M:%S} {nearest['limit']}"


async def nothing_is_read(page: Page, desk: Desk, number: str, pictures: Path) -> None:
    """Without a login the codec server's own address shows a hint, and the UI as stored only what is sealed."""
    await page.goto(desk.address(READABLE))
    await expect(page.locator("body")).to_contain_text("Log in to read sealed payloads")
    case = await open_case(page, desk.address(AS_STORED), number)
    await open_approval(page, case)
    await expect(page.locator("body")).not_to_contain_text("logistics-head")
    await picture(page, "temporal-sealed", pictures)
    await page.goto(f"{case}/user-metadata")
    await expect(page.get_by_text("No summary available")).to_be_visible()
    await expect(current_details(page).locator("body")).to_contain_text("No Current Details")
