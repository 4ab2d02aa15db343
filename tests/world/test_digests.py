"""Quiet hours keep back what can wait and nothing else; at their end one mail a person; and once a day the chase."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

import policies
from activities.digests import Digests
from activities.quiet import quiet_until
from activities.record import RecordActivities
from complaints import commands as c
from complaints.notices import notices
from complaints.vocabulary import Grade, Role, StepStatus
from plumbing.keys import FileKeyStore
from plumbing.mailbox import Fault, Mailbox
from policies import Policy
from records import policies as stored
from records import seeds
from records.database import Database
from tests import builders as b
from tests.world.recording import execute, opened, order_of, recorder
from tests.world.test_addressing import away

TEXT = (policies.HERE / "sop.toml").read_text("utf-8")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at_night() -> Policy:
    """The SOP as it would be if this very hour were quiet."""
    now = datetime.now(SHANGHAI)
    since, until = ((now + timedelta(hours=h)).strftime("%H:%M") for h in (-1, 1))
    quiet = {'quiet_from = { value = ""': since, 'quiet_until = { value = ""': until}
    text = TEXT.replace("can_wait = { value = []", 'can_wait = { value = ["assigned", "calming"]')
    for old, time in quiet.items():
        text = text.replace(old, old[:-1] + f'{time}"')
    return policies.read("sop", text)


class Night:
    """A desk in its quiet hours: cases with notices, and rounds of digests."""

    def __init__(
        self, database: Database, keys: FileKeyStore, url: str, box: Mailbox, record: RecordActivities
    ) -> None:
        self.database, self.keys, self.url, self.box, self.record = database, keys, url, box, record
        self.policy = at_night()

    def digests(self, at: datetime | None = None, *offered: str) -> Digests:
        now = datetime.now(UTC) if at is None else at
        return Digests(self.database, self.keys, self.record.post, ("sop", *offered), lambda: now)

    async def assigned(self, number: str, person: str, grade: Grade = Grade.GENERAL) -> None:
        """A case whose only notice says that this person was assigned."""
        desk = b.Desk().registered(grade=grade).do(c.Assign(role=Role.SUPERVISOR, staff_id=person), b.SUPERVISOR)
        await self.told(number, desk, "assigned")

    async def told(self, number: str, desk: b.Desk, kind: str) -> None:
        case_id = str(uuid4())
        await opened(self.database, self.keys, case_id=case_id, number=number)
        order = order_of(desk.entries, desk, case_id=case_id, number=number)
        made = notices(replace(desk.case, number=number), desk.entries_of(kind), desk.rules)
        await self.record.record(replace(order, notices=made, policy_version=self.policy.version))

    def over(self) -> None:
        """The night is over."""
        execute(self.url, "update notice set held_until = now() - interval '1 minute' where status = 'held'")

    def states(self) -> list[Any]:
        return [row for (row,) in execute(self.url, "select status from notice order by id")]


@pytest.fixture
async def night(
    database: Database, postgres_url: str, keys: FileKeyStore, mailbox: tuple[Mailbox, int]
) -> Night:
    seeds.seed(postgres_url)
    made = Night(database, keys, postgres_url, mailbox[0], recorder(database, keys, mailbox[1]))
    async with database.transaction() as connection:
        await stored.store(connection, made.policy)
    return made


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-05-20T21:59:59", None),
        ("2026-05-20T22:00:00", "2026-05-21T08:00"),
        ("2026-05-21T07:59:59", "2026-05-21T08:00"),
        ("2026-05-21T08:00:00", None),
    ],
)
def test_quiet_hours_go_over_midnight_on_the_policys_clock(local: str, until: str | None) -> None:
    found = quiet_until("22:00", "08:00", datetime.fromisoformat(local).replace(tzinfo=SHANGHAI))
    assert (found and found.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")) == until


def test_without_quiet_hours_nothing_is_quiet() -> None:
    assert quiet_until("", "", datetime.now(SHANGHAI)) is None


@pytest.mark.clause("SVC-5.1")
async def test_what_can_wait_goes_out_as_one_mail_a_person_over_all_cases(night: Night) -> None:
    await night.assigned("20260520001", "supervisor-1")
    await night.assigned("20260520002", "supervisor-1")
    await night.assigned("20260520003", "director-1")
    assert (night.states(), len(night.box.mails)) == (["held"] * 3, 0)
    assert (await night.digests().run()).drafts == (), "the night isn't over"
    night.over()
    seen = await night.digests().run(dry_run=True)
    assert [(each.recipient_id, len(each.notices)) for each in seen.drafts] == [("supervisor-1", 2), ("director-1", 1)]
    assert not night.box.mails
    assert (await night.digests().run()).settled == 2
    assert (await night.digests().run()).settled == 0
    mails = {mail.to: mail for mail in night.box.mails}
    assert sorted(mails) == ["director-1@desk.example", "supervisor-1@desk.example"]
    assert len(night.box.mails) == 2
    assert all(number in mails["supervisor-1@desk.example"].text for number in ("20260520001", "20260520002"))
    assert night.states() == ["sent"] * 3


@pytest.mark.clause("SVC-5.1")
async def test_nothing_of_an_urgent_case_waits_and_no_customer_does(night: Night) -> None:
    await night.assigned("20260520001", "supervisor-1", Grade.URGENT)
    await night.told("20260520002", b.Desk().registered(), "registered")
    assert [mail.to for mail in night.box.mails] == ["supervisor-1@desk.example", "wang@example.com"]
    assert night.states() == ["sent", "sent"]


async def test_a_notice_asked_for_again_stays_kept_back(night: Night) -> None:
    desk = b.Desk().registered().do(c.Assign(role=Role.SUPERVISOR, staff_id="supervisor-1"), b.SUPERVISOR)
    await night.told("20260520001", desk, "assigned")
    (case_id,) = execute(night.url, "select case_id::text from complaint_case")[0]
    order = order_of(desk.entries, desk, case_id=case_id, number="20260520001")
    made = notices(desk.case, desk.entries_of("assigned"), desk.rules)
    result = await night.record.record(replace(order, notices=made, policy_version=night.policy.version))
    assert (result.deliveries, result.waiting, night.states()) == ((), (), ["held"])


async def test_a_mail_server_away_loses_nothing_and_a_crash_after_sending_keeps_the_message_id(night: Night) -> None:
    await night.assigned("20260520001", "supervisor-1")
    night.over()
    night.box.fault = Fault(refuse_for_now=True)
    assert (await night.digests().run()).waiting == 1
    night.box.fault = Fault()
    assert (await night.digests().run()).settled == 1
    execute(night.url, "update digest set status = 'sending'")
    assert (await night.digests().run()).settled == 1
    assert len(night.box.mails) == 2
    assert len({mail.message_id for mail in night.box.mails}) == 1
    await night.assigned("20260520002", "supervisor-1")
    night.over()
    await night.digests().run()
    assert len({mail.message_id for mail in night.box.mails}) == 2, "what came late is another mail"


async def test_the_digest_of_who_is_away_by_now_goes_to_the_deputy(night: Night) -> None:
    await night.assigned("20260520001", "supervisor-1")
    await night.assigned("20260520002", "director-1")
    await away(night.database, "supervisor-1", "director-1")
    night.over()
    await night.digests().run()
    (mail,) = night.box.mails
    assert (mail.to, "代 售后主管" in mail.subject) == ("director-1@desk.example", True)
    assert "20260520001" in mail.text
    assert "20260520002" in mail.text


# ── the daily sync ──

MONDAY = datetime(2026, 5, 25, 9, 30, tzinfo=SHANGHAI)


async def overdue(night: Night) -> None:
    """Two cases of the policy `wks`: one in which nobody responded, one whose step nobody speaks of."""
    late, working = b.Desk().wait(hours=1), b.Desk().executing()
    working.do(c.RecordStep(step="m1", status=StepStatus.IN_PROGRESS, words=b.words("已下单")), b.LOGISTICS_EXECUTOR)
    for number, desk in (("20260520001", late), ("20260520002", working)):
        case_id = str(uuid4())
        await opened(night.database, night.keys, case_id=case_id, number=number, policy="wks")
        await night.record.record(order_of(desk.entries, desk, case_id=case_id, number=number))


@pytest.mark.clause("WKS-4.1")
async def test_once_a_working_day_everybody_is_chased_who_owes_something_overdue_or_silent(night: Night) -> None:
    await overdue(night)
    assert (await night.digests(MONDAY - timedelta(hours=1), "wks").run()).drafts == (), "before its time"
    assert (await night.digests(MONDAY - timedelta(days=1), "wks").run()).drafts == (), "a Sunday"
    await night.digests(MONDAY, "wks").run()
    mails = {mail.to: mail for mail in night.box.mails}
    assert "20260520001 首次响应,应于 2026-05-20 12:10 完成" in mails["agent-1@desk.example"].text
    assert "20260520002 步骤 m1,自 2026-05-20 12:00 起无更新" in mails["logistics-executor@desk.example"].text
    assert mails["supervisor-1@desk.example"].subject.startswith("每日同步汇总")
    assert "(logistics-executor)" in mails["supervisor-1@desk.example"].text


@pytest.mark.clause("WKS-4.1")
async def test_however_often_it_runs_a_person_gets_one_chase_a_day(night: Night) -> None:
    await overdue(night)
    first = await night.digests(MONDAY, "wks").run()
    sent = len(night.box.mails)
    assert (await night.digests(MONDAY + timedelta(hours=5), "wks").run()).drafts == ()
    assert len(night.box.mails) == sent == first.settled
    await night.digests(MONDAY + timedelta(days=1), "wks").run()
    assert len(night.box.mails) > sent


@pytest.mark.clause("WKS-4.1")
async def test_a_step_that_was_just_updated_or_done_is_not_chased_and_other_policies_are_not(night: Night) -> None:
    await overdue(night)
    assert (await night.digests(MONDAY, "sop").run()).drafts == ()
    fresh = datetime(2026, 5, 21, 9, 30, tzinfo=SHANGHAI)
    drafts = (await night.digests(fresh, "wks").run(dry_run=True)).drafts
    assert not [line for each in drafts for line in each.lines if line["step"]]


@pytest.mark.clause("WKS-4.1")
async def test_the_chase_of_somebody_away_reaches_the_deputy(night: Night) -> None:
    await overdue(night)
    await away(night.database, "agent-1", "supervisor-1")
    drafts = (await night.digests(MONDAY, "wks").run(dry_run=True)).drafts
    assert ("chase", "supervisor-1", ("agent-1",)) in [(d.kind, d.recipient_id, d.on_behalf_of) for d in drafts]
    assert "agent-1" not in [each.recipient_id for each in drafts]


@pytest.mark.clause("WKS-4.1")
async def test_where_the_one_who_worked_on_it_has_left_the_role_is_chased(night: Night) -> None:
    await overdue(night)
    execute(night.url, "update staff set active = false where id = 'logistics-executor'")
    execute(night.url, "update staff set department = 'logistics' where id = 'product-executor'")
    drafts = (await night.digests(MONDAY, "wks").run(dry_run=True)).drafts
    (chased,) = [each for each in drafts if each.recipient_id == "product-executor"]
    assert "m1" in {line["step"] for line in chased.lines}
