"""Notices over real SMTP and PostgreSQL: once each, no wait of one for another, and a refusal said as one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError

import policies
from activities.notify import NotifyActivities
from complaints.notices import notices
from complaints.orders import Notice, NotifyOrder, Recipient
from complaints.vocabulary import Role
from plumbing.keys import FileKeyStore
from plumbing.links import read_link
from plumbing.mailbox import Fault, Mailbox, serve_smtp
from plumbing.ports import free_port
from plumbing.settings import Settings
from records import notices as rows
from records import people
from records import policies as stored
from records.database import Database
from tests import builders as b
from tests.world.recording import CASE, NUMBER, opened

SECRET = "a secret of this test only"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    controller = serve_smtp(box, "127.0.0.1", port)
    yield box, port
    controller.stop()


@pytest.fixture
async def tells(
    database: Database, postgres_url: str, keys: FileKeyStore, mailbox: tuple[Mailbox, int], tmp_path: Path
) -> NotifyActivities:
    secret = tmp_path / "session.secret"
    secret.write_text(SECRET)
    settings = Settings.read(
        database_url=postgres_url, temporal_address="localhost:1", key_file=tmp_path / "k",
        master_key_file=tmp_path / "m",
        session_secret_file=secret, smtp_port=mailbox[1], mail_from="desk@example.com",
        public_url="http://desk.example",
    )  # fmt: skip
    people.seed(postgres_url)
    await opened(database, keys)
    async with database.transaction() as connection:
        await stored.store(connection, policies.load("sop"))
    return NotifyActivities(database, keys, settings)


def order_of(desk: b.Desk, *kinds: str) -> NotifyOrder:
    entries = [entry for entry in desk.entries if entry.fact.kind in kinds]
    return order(*notices(desk.case, entries, desk.rules))


def order(*made: Notice) -> NotifyOrder:
    version = policies.load("sop").version
    return NotifyOrder(case_id=CASE, number=NUMBER, policy="sop", policy_version=version, notices=made)


@pytest.mark.clause("SOP-1.3", "SOP-1.4")
async def test_a_notice_asked_for_again_goes_out_once(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    asked = order_of(b.Desk().registered(), "registered")
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
    asked = order_of(b.Desk().registered(), "registered")
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
    asked = order_of(b.Desk().planning(), "liability_determined")
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
    asked = order_of(b.Desk(), "arrived")
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
    asked = order_of(b.Desk().planning(), "liability_determined")
    for _ in range(3):
        with pytest.raises(ApplicationError, match="all but 2"):
            await tells.notify(asked)
    mailbox[0].fault = Fault()
    assert all(each.delivered for each in (await tells.notify(asked)).deliveries)
    assert len(mailbox[0].mails) == 2


async def test_an_address_that_would_forge_a_header_is_undeliverable(tells: NotifyActivities) -> None:
    asked = order_of(b.Desk(), "arrived")
    forged = Recipient(role=Role.CUSTOMER, email="a@example.com\r\nBcc: all@example.com")
    (delivery,) = (await tells.notify(order(replace(asked.notices[0], recipient=forged)))).deliveries
    assert (delivery.delivered, delivery.reason) == (False, "bad_address")


@pytest.mark.clause("SOP-3.4")
async def test_the_plan_as_told_names_measures_times_and_asks_to_agree(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int]
) -> None:
    desk = b.Desk().approved().do(b.c.Propose(), b.AGENT)
    await tells.notify(order_of(desk, "plan_sent"))
    text = mailbox[0].mails[0].text
    assert "重新发货" in text
    assert "2026-05-21 12:00" in text, "the promised time on the policy's wall clock"
    assert "是否同意" in text
