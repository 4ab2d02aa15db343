"""Who hears of a case: never somebody absent, never whom it is about, and at every try the same person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import policies
from activities.notify import NotifyActivities
from complaints import commands as c
from complaints.notices import notices
from complaints.orders import NotifyOrder
from plumbing.keys import FileKeyStore
from plumbing.mailbox import Fault, Mailbox
from records import deputies, seeds
from records import notices as rows
from records import policies as stored
from records.database import Database
from records.deputies import Absence
from tests import builders as b
from tests.world.recording import CASE, NUMBER, execute, opened, recorder

WEEK = timedelta(days=7)
VERSION = policies.load("sop").version


@pytest.fixture
async def tells(
    database: Database, postgres_url: str, keys: FileKeyStore, mailbox: tuple[Mailbox, int]
) -> NotifyActivities:
    seeds.seed(postgres_url)
    await opened(database, keys)
    async with database.transaction() as connection:
        await stored.store(connection, policies.load("sop"))
    return NotifyActivities(database, keys, recorder(database, keys, mailbox[1]).post)


async def away(database: Database, person: str, deputy: str) -> int:
    now = datetime.now(UTC)
    absence = Absence(person=person, deputy=deputy, starts_at=now - WEEK, ends_at=now + WEEK)
    async with database.transaction() as connection:
        return await deputies.name(connection, absence, "admin-1")


def plan_wanted(desk: b.Desk) -> NotifyOrder:
    """The notice to the liable department's head, as the case asks for it."""
    made = notices(desk.case, desk.entries_of("liability_determined"), desk.rules)
    wanted = tuple(each for each in made if each.template == "plan_wanted")
    return NotifyOrder(case_id=CASE, number=NUMBER, policy="sop", policy_version=VERSION, notices=wanted)


@pytest.mark.clause("APP-7.3")
async def test_a_notice_goes_to_the_deputy_at_the_end_of_the_chain_and_says_for_whom(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    await away(database, "logistics-head", "product-head")
    await away(database, "product-head", "supervisor-1")
    await tells.notify(plan_wanted(b.Desk().planning()))
    (mail,) = mailbox[0].mails
    assert mail.to == "supervisor-1@desk.example"
    assert mail.subject.startswith("[代 物流部门负责人] ")
    async with database.transaction() as connection:
        (row,) = await rows.of_case(connection, CASE)
    assert (row["recipient_id"], row["on_behalf_of"]) == ("supervisor-1", ["logistics-head"])


@pytest.mark.clause("APP-7.3")
async def test_a_named_person_who_is_away_is_not_waited_for(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    await away(database, "logistics-head", "product-head")
    desk = b.Desk().started()
    assert "logistics-head" in desk.case.assignees.values()
    desk.do(c.Assign(role=b.Role.DEPARTMENT_HEAD, staff_id="logistics-head"), b.SUPERVISOR)
    told = notices(desk.case, desk.entries_of("assigned"), desk.rules)
    await tells.notify(NotifyOrder(case_id=CASE, number=NUMBER, policy="sop", policy_version=VERSION, notices=told))
    assert [mail.to for mail in mailbox[0].mails] == ["product-head@desk.example"]


async def test_a_second_try_goes_to_the_same_person_though_the_absent_one_is_back(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    absence = await away(database, "logistics-head", "product-head")
    asked = plan_wanted(b.Desk().planning())
    mailbox[0].fault = Fault(refuse_for_now=True)
    with pytest.raises(Exception, match="all but 1"):
        await tells.notify(asked)
    async with database.transaction() as connection:
        await deputies.end(connection, "logistics-head", absence, "admin-1")
    mailbox[0].fault = Fault()
    await tells.notify(asked)
    await tells.notify(asked)
    assert [mail.to for mail in mailbox[0].mails] == ["product-head@desk.example"]


@pytest.mark.clause("DSP-1.4")
async def test_whom_it_is_about_hears_nothing_neither_by_role_nor_as_a_deputy(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database
) -> None:
    await away(database, "logistics-head", "product-head")
    rules = replace(b.rules(), form=("involved",))
    desk = b.Desk(rules_=rules).planning(involved=("product-head",))
    await tells.notify(plan_wanted(desk))
    assert [mail.to for mail in mailbox[0].mails] == ["logistics-head@desk.example"]


async def test_an_absence_that_is_over_has_no_effect(
    tells: NotifyActivities, mailbox: tuple[Mailbox, int], database: Database, postgres_url: str
) -> None:
    await away(database, "logistics-head", "product-head")
    execute(postgres_url, "update deputy set ends_at = now() - interval '1 second'")
    await tells.notify(plan_wanted(b.Desk().planning()))
    assert [mail.to for mail in mailbox[0].mails] == ["logistics-head@desk.example"]
