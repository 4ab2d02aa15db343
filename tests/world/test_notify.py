"""Notices over real SMTP and PostgreSQL: once each, no wait of one for another, and a refusal said as one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError

import policies
from activities.notify import NotifyActivities
from complaints import commands as c
from complaints.notices import notices
from complaints.orders import Notice, NotifyOrder, Recipient
from complaints.policy import PlanForm
from complaints.vocabulary import LiableParty, Role
from plumbing.keys import FileKeyStore
from plumbing.links import read_link
from plumbing.mailbox import Fault, Mailbox
from records import notices as rows
from records import policies as stored
from records import seeds, thread
from records.database import Database
from tests import builders as b
from tests.world.recording import CASE, NUMBER, SECRET, opened, order_of, recorder


@pytest.fixture
async def tells(
    database: Database, postgres_url: str, keys: FileKeyStore, mailbox: tuple[Mailbox, int]
) -> NotifyActivities:
    seeds.seed(postgres_url)
    await opened(database, keys)
    async with database.transaction() as connection:
        await stored.store(connection, policies.load("sop"))
    return NotifyActivities(database, keys, recorder(database, keys, mailbox[1]).post)


VERSION = policies.load("sop").version
TOMORROW = b.NOON + timedelta(days=1)


def asking(desk: b.Desk, *kinds: str) -> NotifyOrder:
    entries = [entry for entry in desk.entries if entry.fact.kind in kinds]
    return order(*notices(desk.case, entries, desk.rules))


def order(*made: Notice) -> NotifyOrder:
    return NotifyOrder(case_id=CASE, number=NUMBER, policy="sop", policy_version=VERSION, notices=made)


@pytest.mark.clause("SOP-1.3", "SOP-1.4")
async def test_a_notice_asked_for_again_goes_out_once(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    asked = asking(b.Desk().registered(), "registered")
    first = await tells.notify(asked)
    again = await tells.notify(asked)
    assert [(each.delivered, each.to_customer) for each in first.deliveries] == [(True, True)]
    assert again == first
    (mail,) = mailbox[0].mails
    assert mail.to == "wang@example.com"
    assert NUMBER in mail.subject
    assert "王小明" in mail.text
    link = mail.text.rpartition("/c/")[2].split()[0]
    assert read_link(link, SECRET) == CASE
    async with database.transaction() as connection:
        (row,) = await rows.of_case(connection, CASE)
    assert (row["status"], row["attempts"], row["message_id"]) == ("sent", 1, mail.message_id)


async def test_cut_off_after_sending_the_mail_is_sent_again_under_the_same_message_id(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    asked = asking(b.Desk().registered(), "registered")
    await tells.notify(asked)
    async with database.transaction() as connection:
        await connection.execute(text("update notice set status = 'sending', sent_at = null"))
    await tells.notify(asked)
    assert len(mailbox[0].mails) == 2
    assert len({mail.message_id for mail in mailbox[0].mails}) == 1


async def test_one_recipient_refused_for_now_holds_up_nobody_else(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int]
) -> None:
    box = mailbox[0]
    box.fault = Fault(refuse_for_now_to=["wang@example.com"])
    asked = asking(b.Desk().planning(), "liability_determined")
    with pytest.raises(ApplicationError, match="all but 1") as raised:
        await tells.notify(asked)
    assert "wang" not in str(raised.value)
    assert [mail.to for mail in box.mails] == ["logistics-head@desk.example"]
    box.fault = Fault()
    await tells.notify(asked)
    assert sorted(mail.to for mail in box.mails) == ["logistics-head@desk.example", "wang@example.com"]


async def test_a_recipient_refused_for_good_is_undeliverable_and_so_is_one_without_address(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    mailbox[0].fault = Fault(refuse_for_good=["wang@example.com"])
    asked = asking(b.Desk(), "arrived")
    (refused,) = (await tells.notify(asked)).deliveries
    assert (refused.delivered, refused.reason) == (False, "smtp_550")
    nowhere = replace(asked.notices[0], key="2:x", seq=2, recipient=Recipient(role=Role.CUSTOMER))
    (unsent,) = (await tells.notify(order(nowhere))).deliveries
    assert (unsent.delivered, unsent.reason) == (False, "no_address")
    async with database.transaction() as connection:
        found = await rows.of_case(connection, CASE)
    assert [(row["status"], row["error_code"]) for row in found] == [
        ("undeliverable", "smtp_550"), ("undeliverable", "no_address"),
    ]  # fmt: skip


async def test_a_mail_server_away_is_tried_again_and_loses_nothing(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int]
) -> None:
    mailbox[0].fault = Fault(refuse_for_now=True)
    asked = asking(b.Desk().planning(), "liability_determined")
    for _ in range(3):
        with pytest.raises(ApplicationError, match="all but 2"):
            await tells.notify(asked)
    mailbox[0].fault = Fault()
    assert all(each.delivered for each in (await tells.notify(asked)).deliveries)
    assert len(mailbox[0].mails) == 2


async def test_an_address_that_would_forge_a_header_is_undeliverable(tells: NotifyActivities) -> None:
    asked = asking(b.Desk(), "arrived")
    forged = Recipient(role=Role.CUSTOMER, email="a@example.com\r\nBcc: all@example.com")
    (delivery,) = (await tells.notify(order(replace(asked.notices[0], recipient=forged)))).deliveries
    assert (delivery.delivered, delivery.reason) == (False, "bad_address")


@pytest.mark.clause("SOP-3.4")
async def test_the_plan_as_told_names_measures_times_and_asks_to_agree(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int]
) -> None:
    desk = b.Desk().approved().do(b.c.Propose(), b.AGENT)
    await tells.notify(asking(desk, "plan_sent"))
    text = mailbox[0].mails[0].text
    assert "重新发货" in text
    assert "2026-05-21 12:00" in text, "the promised time on the policy's wall clock"
    assert "是否同意" in text


@pytest.mark.clause("DSP-3.2", "WKS-2.2")
async def test_people_are_named_by_their_names(tells: NotifyActivities, mailbox: tuple[Mailbox, int]) -> None:
    rules = replace(b.rules(), plan_form=PlanForm(named_contact=True))
    desk = b.Desk(rules_=rules).endorsed()
    shared = c.DetermineLiability(
        party=LiableParty.COMPANY, department="logistics", others=("product",), lead="service-head"
    )
    desk.do(shared, b.SUPERVISOR).do(c.DraftPlan(plan=b.plan(TOMORROW)), b.LOGISTICS_EXECUTOR)
    desk.do(c.Approve(), b.LOGISTICS_HEAD).do(c.Propose(), b.AGENT)
    await tells.notify(asking(desk, "liability_determined", "plan_sent"))
    texts = {mail.to: mail.text for mail in mailbox[0].mails}
    assert "您的专属联系人:客服专员" in texts["wang@example.com"]
    assert "由您牵头,协同部门:产品部门" in texts["service-head@desk.example"]
    assert "由客服部门负责人牵头,物流部门负责,协同部门:产品部门" in texts["product-head@desk.example"]


async def test_a_letter_that_breaks_the_connection_holds_up_nobody_else(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int]
) -> None:
    box = mailbox[0]
    box.fault = Fault(hang_up_on=["wang@example.com"])
    asked = asking(b.Desk().planning(), "liability_determined")
    with pytest.raises(ApplicationError, match="all but 1"):
        await tells.notify(replace(asked, notices=tuple(replace(each, urgent=True) for each in asked.notices)))
    assert [mail.to for mail in box.mails] == ["logistics-head@desk.example"]


# ── the first try, in the activity that writes the facts ──


async def test_facts_and_their_notices_go_out_in_one_act(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database, keys: FileKeyStore
) -> None:
    desk = b.Desk().registered()
    order = replace(order_of(desk.entries, desk), notices=asking(desk, "registered").notices, policy_version=VERSION)
    record = recorder(database, keys, mailbox[1])
    first, again = await record.record(order), await record.record(order)
    assert [(each.template, each.delivered) for each in first.deliveries] == [("calming", True)]
    assert (first.waiting, again) == ((), first)
    assert [mail.to for mail in mailbox[0].mails] == ["wang@example.com"]


async def test_without_a_mail_server_the_facts_are_written_and_the_notices_wait_under_their_message_id(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database, keys: FileKeyStore
) -> None:
    desk = b.Desk().registered()
    asked = asking(desk, "registered")
    order = replace(order_of(desk.entries, desk), notices=asked.notices, policy_version=VERSION)
    result = await recorder(database, keys).record(order)
    assert (result.deliveries, result.waiting) == ((), tuple(each.key for each in asked.notices))
    async with database.transaction() as connection:
        assert len(await thread.entries(connection, keys, CASE)) == len(desk.entries)
        (row,) = await rows.of_case(connection, CASE)
    assert row["status"] == "sending"
    await tells.notify(asked)
    assert [mail.message_id for mail in mailbox[0].mails] == [row["message_id"]]


async def test_a_notice_that_cannot_be_worded_costs_no_fact(
    tells: NotifyActivities, database: Database, keys: FileKeyStore
) -> None:
    desk = b.Desk().registered()
    (calming,) = asking(desk, "registered").notices
    unknown = replace(calming, template="no such template")
    order = replace(order_of(desk.entries, desk), notices=(unknown,), policy_version=VERSION)
    result = await recorder(database, keys).record(order)
    assert result.waiting == (unknown.key,)
    async with database.transaction() as connection:
        assert len(await thread.entries(connection, keys, CASE)) == len(desk.entries)
