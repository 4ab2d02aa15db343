"""The staff handbook: made from the policy, in both languages, read once a version, and who has and hasn't is known."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import policies
from api.handbook import ANY_STAGE, handbook
from complaints.account import Language
from complaints.vocabulary import Stage
from desk import app
from tests.builders import AGENT, LOGISTICS_HEAD, SUPERVISOR
from tests.doors.house import House

DUE = {
    "received": ("first response", "registration"),
    "verifying": ("verification",),
    "grading": ("grading",),
    "determining liability": ("liability", "joint determination"),
    "planning": ("start handling", "plan"),
    "proposing": ("plan told", "answer"),
    "executing": ("execution start", "step promise", "plan promise"),
    "closed": ("archive",),
}
"""Limits every policy has, by the step they stand under."""

SOP = "/api/v1/policies/sop/handbook"


@pytest.mark.clause("APP-9.1", "APP-7.3", "APP-1.3")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", policies.keys())
def test_every_policy_says_step_owner_limit_and_standard(key: str, language: Language) -> None:
    made = handbook(policies.load(key), language)
    steps = made.chapters[0]
    *stages, anywhere = steps.rows
    assert len(stages) == len(Stage)
    assert all(owner and standard for _, owner, _, standard, _ in stages)
    assert (anywhere[0], bool(anywhere[2])) == (ANY_STAGE[language], True)
    assert len({chapter.title for chapter in made.chapters}) == 7
    assert made.version in made.markdown()


@pytest.mark.clause("APP-9.1", "APP-7.3")
@pytest.mark.parametrize("key", policies.keys())
def test_a_limit_stands_once_and_under_the_stage_in_which_its_act_is_due(key: str) -> None:
    policy = policies.load(key)
    steps = {row[0]: row[2] for row in handbook(policy, "en").chapters[0].rows}
    for stage, named in DUE.items():
        assert all(name in steps[stage] for name in named), (stage, steps[stage])
    assert "call task" in steps["any stage"]
    every = "; ".join(filter(None, steps.values())).split("; ")
    assert len(every) == len(policy.document.limits)


@pytest.mark.clause("APP-9.1")
def test_it_tells_what_the_document_says_in_words() -> None:
    chinese = handbook(policies.load("sop"), "zh").markdown()
    english = handbook(policies.load("sop"), "en").markdown()
    assert "| 方案制定与审批 | 当前环节负责人 | 紧急 4:00, 重要 8:00, 一般 1 天 | 50%, 80% | SOP-3.2 |" in chinese
    assert "| phone |  | agent | Answers by the third ring |" in english
    assert "| 2 | supervisor | 0:30 |" in english


@pytest.mark.clause("APP-9.1")
async def test_it_is_read_once_a_version_and_who_has_and_has_not_is_known(house: House) -> None:
    async with await house.staff(AGENT) as client:
        before = (await client.get(SOP)).json()
        first, again = await client.post(f"{SOP}/receipt"), await client.post(f"{SOP}/receipt")
        after = (await client.get(SOP, params={"lang": "en"})).json()
        readers = await client.get(f"{SOP}/receipts")
    assert (before["read_at"], first.status_code, first.json(), readers.status_code) == (None, 200, again.json(), 403)
    assert (after["read_at"], after["language"]) == (first.json()["read_at"], "en")
    async with await house.staff(SUPERVISOR) as client:
        seen = (await client.get(f"{SOP}/receipts")).json()
    assert [each["staff_id"] for each in seen["read"]] == [AGENT.id]
    unread = [each["staff_id"] for each in seen["unread"]]
    assert LOGISTICS_HEAD.id in unread
    assert "admin-1" not in unread, "who doesn't work on cases needs no handbook"


async def test_there_is_none_of_a_policy_nobody_offers_and_none_for_customers(house: House) -> None:
    async with await house.staff(AGENT) as client:
        assert (await client.get("/api/v1/policies/none/handbook")).status_code == 404
    async with house.customer("0190a0a0-0000-7000-8000-000000000001") as client:
        assert (await client.get(SOP)).status_code == 403


@pytest.mark.clause("APP-9.1")
async def test_the_console_shows_it_and_takes_the_receipt(house: House) -> None:
    client, csrf = await house.session(AGENT)
    async with client:
        page = await client.get("/handbook/sop")
        forged = await client.post("/handbook/sop/receipt", data={"csrf": "guess"})
        unread = await client.get("/handbook/sop")
        said = await client.post("/handbook/sop/receipt", data={"csrf": csrf})
        read = await client.get("/handbook/sop", params={"lang": "en"})
    assert (page.status_code, "质量标准" in page.text) == (200, True)
    assert (forged.headers["location"], "我已阅读" in unread.text) == ("/login", True)
    assert (said.headers["location"], "quality standard" in read.text) == ("/handbook/sop", True)
    assert "已阅读" in read.text
    async with house.stranger as stranger:
        assert (await stranger.get("/handbook/sop")).status_code == 303


def test_the_command_prints_it_or_writes_it(tmp_path: Path) -> None:
    desk, file = CliRunner(), tmp_path / "sop.md"
    assert desk.invoke(app, ["handbook", "sop", "--lang", "en"]).stdout.startswith("# After-sales complaint SOP")
    assert desk.invoke(app, ["handbook", "sop", "--into", str(file)]).exit_code == 0
    nowhere = desk.invoke(app, ["handbook", "sop", "--into", str(file.parent / "none" / "x.md")])
    assert (nowhere.exit_code, "x.md: No such file or directory" in nowhere.stderr) == (1, True)
    assert file.read_text("utf-8").startswith("# 售后服务投诉处理SOP流程")
    missing = desk.invoke(app, ["handbook", "none"])
    assert (missing.exit_code, "there are" in missing.stderr) == (1, True)
