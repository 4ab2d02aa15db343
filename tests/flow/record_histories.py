"""Records the histories the replay test holds every change against: `python -m tests.flow.record_histories`.

Run it only to add a path that isn't there yet. A history once recorded stands for cases that are running somewhere,
so an existing file is left alone unless --again is given.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from complaints import commands as c
from complaints.orders import LookUpResult
from complaints.values import Measure, Milestone, Plan
from complaints.vocabulary import (
    Answer,
    Channel,
    Grade,
    LiableParty,
    LookUpStatus,
    MeasureKind,
    StepStatus,
    TellingWay,
)
from tests import builders as b
from tests.flow.replaying import HISTORIES
from tests.flow.stage import Play, World, playing
from tests.flow.test_journey import at_once, drive, drive_shortly
from tests.flow.test_outages import to_approving

SERVER = Path(sys.executable).parent / "temporal-test-server"


async def happy(play: Play) -> None:
    await drive(play)
    await play.handle.result()


async def untouched(play: Play) -> None:
    await play.skip(hours=30)
    await play.settled()


async def refused_and_contested(play: Play) -> None:
    """Two rounds, a delay, a second handling, a low score, a remedy."""
    await to_approving(play, Grade.GENERAL)
    await play.do(c.SendBack(words=b.words("再议")), b.LOGISTICS_HEAD)
    await play.do(c.DraftPlan(plan=b.plan(await play.now() + timedelta(days=2))), b.LOGISTICS_EXECUTOR)
    await play.do(c.Approve(), b.LOGISTICS_HEAD)
    await play.do(c.Propose(), b.AGENT)
    await play.skip(minutes=1)
    await play.do(c.AnswerPlan(answer=Answer.NOT_ACCEPTED, words=b.words("不接受")), b.CUSTOMER)
    for _ in range(2):
        await play.do(c.DraftPlan(plan=b.plan(await play.now() + timedelta(days=2))), b.LOGISTICS_EXECUTOR)
        await play.do(c.Approve(), b.LOGISTICS_HEAD)
        await play.do(c.Propose(way=TellingWay.CALL, words=b.words("电话", "call-1")), b.AGENT)
        await play.do(c.AnswerPlan(answer=Answer.ACCEPTED), b.CUSTOMER)
        later = await play.now() + timedelta(days=3)
        await play.do(c.ReportDelay(step="m1", expected_at=later, words=b.words("缺货")), b.AGENT)
        await play.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("完成")), b.LOGISTICS_EXECUTOR)
        await play.do(c.Complete(words=b.words("完成")), b.LOGISTICS_EXECUTOR)
        if (await play.view()).round == 2:
            await play.do(c.Contest(words=b.words("还是坏的")), b.CUSTOMER)
    await play.do(c.Confirm(), b.CUSTOMER)
    await play.do(c.RecordRevisit(solved=True, effect_score=2, attitude_score=4), b.REVISITOR)
    await play.do(c.RecordRemedy(new_plan=False, words=b.words("赠券")), b.AGENT)
    await play.do(c.Reopen(words=b.words("复查")), b.SUPERVISOR)
    await play.do(c.Withdraw(words=b.words("撤诉")), b.CUSTOMER)
    await play.handle.result()


async def urgent_regraded(play: Play) -> None:
    """A late regrade to urgent, an emergency measure, an acknowledgement, information asked for."""
    await play.do(c.Respond(channel=Channel.PHONE, contacted_at=await play.now()), b.AGENT)
    await play.do(b.registration(grade=Grade.GENERAL, order_number="A1007", category="product_use"), b.AGENT)
    await play.skip(minutes=1)
    await play.do(c.RequestInformation(words=b.words("请补充照片")), b.AGENT)
    await play.skip(hours=2)
    await play.do(c.ProvideInformation(words=b.words("照片")), b.CUSTOMER)
    await play.do(c.GiveOpinion(cause="内胆开裂"), b.PRODUCT_HEAD)
    await play.do(c.Verify(words=b.words("核实"), look_up_answer="客户换号"), b.AGENT)
    await play.skip(hours=1)
    await play.do(c.Endorse(grade=Grade.URGENT, words=b.words("漏电")), b.SUPERVISOR)
    clock = next(key for key in (await play.view()).missed if key.startswith("start_handling"))
    soon = await play.now() + timedelta(hours=1)
    await play.do(c.Acknowledge(clock=clock, next_action_at=soon), b.SUPERVISOR)
    await play.do(c.OpenEmergencyMeasure(words=b.words("先行垫付")), b.DIRECTOR)
    await play.skip(hours=4)
    await play.settled()


async def by_hand(play: Play) -> None:
    """Signals past the API: empty, misspelt, allowed and not."""
    hand = play.by_hand.get_workflow_handle(play.handle.id)
    note = {"words": {"text": "备注"}}
    for name, args in [("approve", []), ("aprove", ["x"]), ("respond", [1, 2]), ("note", [note])]:
        await hand.signal(name, args=args)
    await play.skip(hours=1)
    await play.settled()


async def answered_at_once(play: Play) -> None:
    """A call answered and registered while it is opened, then the ten steps."""
    await drive_shortly(play)
    await play.handle.result()


async def mail_away(play: Play) -> None:
    """The mail server takes nothing for an hour."""
    await play.do(b.registration(), b.AGENT)
    await play.skip(hours=1)
    play.world.mail_away = False
    await play.skip(minutes=2)
    await play.settled()


async def shared_and_mediated(play: Play) -> None:
    """Facts read back and corrected, a joint determination with a lead, a refusal mediated, a plan in full."""
    await play.do(c.Respond(channel=Channel.PHONE, contacted_at=await play.now()), b.LOGISTICS_HEAD)
    read_back = c.ConfirmFacts(words=b.words("复述", "call-2"))
    await play.do(read_back, b.AGENT)
    await play.do(c.CorrectRegistration(form=b.registration(demand="退款").form), b.AGENT)
    await play.do(read_back, b.AGENT)
    await play.do(c.Verify(words=b.words("核实")), b.AGENT)
    await play.do(c.Endorse(grade=Grade.GENERAL), b.SUPERVISOR)
    await play.do(c.CallJointDetermination(departments=("product", "logistics")), b.SUPERVISOR)
    await play.skip(hours=1)
    together = c.DetermineLiability(
        party=LiableParty.COMPANY, department="logistics", others=("product",), lead="product-head",
        meeting=b.meeting(await play.now()),
    )  # fmt: skip
    await play.do(together, b.SUPERVISOR)
    await play.do(c.StartHandling(first_action="召集两部门"), b.PRODUCT_HEAD)
    for answer in (Answer.PARTLY_ACCEPTED, Answer.ACCEPTED):
        await play.do(c.DraftPlan(plan=in_full(await play.now())), b.LOGISTICS_EXECUTOR)
        await play.do(c.Approve(), b.SUPERVISOR)
        await play.do(c.Propose(), b.AGENT)
        await play.skip(minutes=1)
        await play.do(c.AnswerPlan(answer=answer, words=b.words("答复")), b.CUSTOMER)
        if answer is not Answer.ACCEPTED:
            await play.skip(hours=2)
            await play.do(c.Mediate(words=b.words("加赠优惠券")), b.SUPERVISOR)
    await play.do(c.RecordStep(step="m1", status=StepStatus.DONE, words=b.words("已退款")), b.PRODUCT_EXECUTOR)
    await play.do(c.Complete(words=b.words("退款到账")), b.LOGISTICS_HEAD)
    await play.do(c.Confirm(words=b.words("确认")), b.CUSTOMER)
    await play.do(c.RecordRevisit(solved=True, effect_score=5, attitude_score=4), b.REVISITOR)
    await play.handle.result()


def in_full(at: datetime) -> Plan:
    """A plan with everything a policy may ask of one."""
    until = at + timedelta(days=1)
    refund = Measure(
        kind=MeasureKind.REFUND, text="全额退款", actor="财务", until=until, amount=Decimal(1899), original_account=True
    )
    valid = (at + timedelta(days=30)).date()
    coupon = Measure(kind=MeasureKind.COUPON, text="优惠券", actor="客服", until=until, valid_until=valid)
    return Plan(
        cause="运输挤压",
        measures=(refund, coupon),
        diagnosis="外箱压痕",
        milestones=(Milestone(text="取件", until=until),),
        cost_budget=Decimal(2000),
        liability="企业全责",
        meeting=b.meeting(at),
    )


PATHS: dict[str, tuple[Callable[[Play], Awaitable[None]], Callable[[], World]]] = {
    "happy": (happy, World),
    "untouched": (untouched, World),
    "refused_and_contested": (refused_and_contested, World),
    "urgent_regraded": (urgent_regraded, lambda: World(found=odd_answer())),
    "by_hand": (by_hand, World),
    "answered_at_once": (answered_at_once, World),
    "shared_and_mediated": (shared_and_mediated, World),
    "mail_away": (mail_away, lambda: World(mail_away=True)),
}


def odd_answer() -> LookUpResult:
    return LookUpResult(status=LookUpStatus.FOUND, contradictions=("other_phone",))


def started(name: str, at: datetime) -> dict[str, Any]:
    """What a path's case starts with, other than usual."""
    return {
        "answered_at_once": {"at_once": at_once(at)},
        "shared_and_mediated": {"rules_": b.demanding(at), "at_once": at_once(at)},
    }.get(name, {})


async def record(name: str) -> None:
    path, world = PATHS[name]
    server = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(SERVER))
    async with server as env:
        start = started(name, await env.get_current_time())
        async with playing(env, world(), **start) as play:
            await path(play)
            history = await play.handle.fetch_history()
    HISTORIES.mkdir(exist_ok=True)
    (HISTORIES / f"{name}.json").write_text(history.to_json(), "utf-8")


if __name__ == "__main__":
    for name in PATHS:
        if "--again" in sys.argv or not (HISTORIES / f"{name}.json").exists():
            asyncio.run(record(name))
