"""Fills the database as some years would: many ended cases, a few open ones, each with its own key, customer and text.

Rows are written past the workflows, so none of these cases runs; what is read of them is as real as any.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils
from psycopg.types.json import Json
from sqlalchemy import text

import policies
from complaints.orders import CaseView
from complaints.vocabulary import Stage
from plumbing.keys import CaseKey, KeyStore
from policies import Policy
from records import cases, projection
from records.cases import Opening
from trials.bench.ground import Ground, say
from trials.bench.opening import POLICY, copy, make_keys, numbers
from trials.bench.path import AGENT
from trials.bench.played import Played, closed_ones, ended_ones, open_ones

OPEN_SHARE, CLOSED_SHARE = 0.02, 0.01
AGES = tuple(timedelta(hours=hours) for hours in (1, 1, 2, 2, 3, 4, 6, 12, 24, 60))
AT_ONCE = 10_000
SEED = 20260520

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志远"
THINGS = ("热水器", "洗衣机", "空调", "冰箱", "油烟机", "净水器", "扫地机器人", "电饭煲", "电视机", "按摩椅")
FAULTS = (
    "漏水", "不制冷", "噪音很大", "无法开机", "屏幕有划痕", "漏电跳闸", "少发配件", "外壳破损", "指示灯不亮", "异味",
)  # fmt: skip
PLACES = ("家中", "公司", "门店", "出租屋", "快递柜", "小区门口")
SAYINGS = (
    "联系客服多次没有答复", "物流显示签收但没有收到", "师傅上门后没有修好", "承诺的时间已经过了三天",
    "要求尽快退款并说明原因", "同样的问题已经是第二次", "说明书与实物不符", "希望换一台新的",
)  # fmt: skip
ORDER_EVERY = 3
START_INPUT = "x" * 6000
"""No workflow is started with it; it is as long as a real one, compiled rules and all."""


@dataclass(frozen=True)
class Filled:
    """Cases that now stand in the database: their numbers, and their customers' phones."""

    numbers: tuple[str, ...]
    phones: tuple[str, ...]


async def fill(ground: Ground, count: int) -> Filled:
    """Write so many cases."""
    dice, now = random.Random(SEED), datetime.now(UTC)
    kinds = open_ones(now, dice, AGES), closed_ones(now, dice), ended_ones(now, dice)
    shares = OPEN_SHARE, CLOSED_SHARE, 1 - OPEN_SHARE - CLOSED_SHARE
    chosen = [dice.choice(kind) for kind in dice.choices(kinds, shares, k=count)]
    labels = await numbers(ground.database, now, count)
    phones: list[str] = []
    for first in range(0, count, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        phones += _write(ground, dice, list(zip(labels[part], chosen[part], strict=True)))
    await ground_work(ground)
    say(f"{count} more cases are in the database")
    return Filled(tuple(labels), tuple(phones))


async def ground_work(ground: Ground) -> None:
    """What PostgreSQL does by itself within minutes: counts for its planner, and a tidy index."""
    async with ground.database.engine.connect() as connection:
        tidy = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await tidy.execute(text("set statement_timeout = 0"))
        await tidy.execute(text("vacuum analyze complaint_case, deadline"))


def _write(ground: Ground, dice: random.Random, wanted: Sequence[tuple[str, Played]]) -> list[str]:
    """One batch; the answer is its phone numbers."""
    policy = policies.load(POLICY)
    ids = [str(uuid_utils.uuid7()) for _ in wanted]
    made = make_keys(ground.keys, zip((number for number, _ in wanted), ids, strict=True))
    rows, clocks, phones = [], [], []
    for key, case_id, (number, case) in zip(made, ids, wanted, strict=True):
        seen = case.moved(_moved_by(dice, case))
        opening = _opening(dice, policy, case_id, number, seen)
        rows.append(_row(ground.keys, key, opening, seen))
        clocks += [projection.of_clock(case_id, clock) for clock in seen.clocks]
        phones.append(opening.contact["phone"])
    copy(ground.settings.database_url, "complaint_case", rows)
    copy(ground.settings.database_url, "deadline", clocks)
    return phones


def _moved_by(dice: random.Random, case: Played) -> timedelta:
    """Open cases a few minutes, ended ones up to three years into the past."""
    if case.view.stage is Stage.ARCHIVED:
        return -timedelta(days=dice.uniform(0, 1000))
    return timedelta(minutes=dice.uniform(-30, 30))


def _row(keys: KeyStore, key: CaseKey, opening: Opening, seen: CaseView) -> dict[str, Any]:
    shown = {**projection.of_view(seen), "state": "ended" if seen.stage is Stage.ARCHIVED else "open"}
    return {**cases.as_row(keys, key, opening), **shown, "view": Json(shown["view"])}


def _opening(dice: random.Random, policy: Policy, case_id: str, number: str, seen: CaseView) -> Opening:
    phone = f"13{dice.randrange(10**9):09}"
    return Opening(
        case_id=case_id,
        number=number,
        policy=policy.key,
        policy_version=policy.version,
        brand="",
        channel=seen.channel.value,
        arrived_at=seen.arrived_at,
        opened_at=seen.arrived_at,
        opened_by=AGENT.id,
        caller=AGENT.id,
        idempotency_key=f"bench/{case_id}",
        request_hash="bench",
        start_input=START_INPUT,
        contact={"name": _name(dice), "phone": phone, "email": f"c{phone}@example.com"},
        description=_description(dice),
        order_number=f"D{dice.randrange(10**10):010}" if dice.randrange(ORDER_EVERY) else "",
    )


def _name(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.randint(1, 2)))


def _description(dice: random.Random) -> str:
    day = f"{dice.randint(1, 12)}月{dice.randint(1, 28)}日"
    thing, fault, place = dice.choice(THINGS), dice.choice(FAULTS), dice.choice(PLACES)
    said = ",".join(dice.sample(SAYINGS, dice.randint(1, 3)))
    return f"{day}在{place},购买的{thing}{fault},型号{dice.randrange(10**5):05}。{said}。"
