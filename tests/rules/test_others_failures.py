"""What went wrong for others and must not here, as far as no other test shows it: clocks, rounds, approvals, audiences.

The numbers are those of `docs/failures.md`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import policies
from complaints import commands as c
from complaints.deadlines import Clock, running
from complaints.explanation import explained
from complaints.ladder import nearest
from complaints.notices import notices
from complaints.policy import RevisitRule
from complaints.view import view
from complaints.vocabulary import Answer, Channel, ContactOutcome, Debtor, Grade, Role, TellingWay
from complaints.vocabulary import StepStatus as Status
from tests import builders as b

HOUR = timedelta(hours=1)
ASKED = c.RequestInformation(words=b.words("请补充照片", "call-2"), way=TellingWay.CALL)
REFUSAL = c.AnswerPlan(answer=Answer.NOT_ACCEPTED, words=b.words("要求退款"))
SENT = c.ProvideInformation(words=b.words("照片已发"))
Late = Callable[[], b.Desk]


def clocks(desk: b.Desk) -> dict[str, Clock]:
    return {clock.limit.name: clock for clock in running(desk.case, desk.rules)}


def regraded(desk: b.Desk, grade: Grade) -> b.Desk:
    return desk.do(c.GradeCase(grade=grade, words=b.words("补充材料后调整")), b.AGENT)


@pytest.mark.parametrize("key", policies.keys())
def test_a_limit_is_what_the_file_says_before_and_after_its_journey(key: str) -> None:
    """Failure 4: a limit for owning was saved as one for resolving."""
    policy = policies.load(key)
    rules = policies.RULES.validate_json(policies.RULES.dump_json(policy.rules(b.NOON), exclude_defaults=True))
    assert [limit.name for limit in rules.limits] == list(policy.body["limits"])
    for limit in rules.limits:
        written = policy.body["limits"][limit.name]
        said = (written["runs_from"], written["met_by"], written["debtor"], written.get("owner"))
        assert said == (limit.runs_from, list(limit.met_by), limit.debtor, limit.owner), limit.name
        assert set(written.get("by_grade", {})) == set(limit.by_grade or {}), limit.name


def test_a_sleep_over_every_rung_makes_up_for_each_at_its_true_time() -> None:
    """Failure 2: after a repair the levels missed meanwhile were not made up for."""
    asleep, awake = b.Desk().wait(hours=30), b.Desk()
    for _ in range(30 * 60):
        awake.wait(minutes=1)
    made = [[(entry.fact, entry.taken_at) for entry in desk.entries] for desk in (asleep, awake)]
    assert made[0] == made[1]
    assert {fact.level for fact in asleep.facts("escalated")} == {1, 2, 3, 4}


def test_what_is_shown_is_what_the_timer_is_set_for() -> None:
    """Failures 3, 21: a due time on the page, kept in a column of its own, and nothing armed for it."""
    desk = b.Desk()
    for step in (desk.registered, desk.wait):
        step()
        rung = nearest(desk.case, desk.rules)
        assert rung is not None
        shown = min(view(desk.case, desk.rules).clocks, key=lambda each: each.next_rung_at)
        assert (shown.key, shown.next_rung, shown.next_rung_at) == (rung.clock.key, rung.action, rung.at)


@pytest.mark.clause("APP-2.1")
def test_what_is_shown_as_paused_does_not_ring_and_goes_on_with_what_was_left() -> None:
    """Failures 31, 61: shown as paused, and ticking."""
    desk = b.Desk().registered(grade=Grade.IMPORTANT)
    left = clocks(desk)["start_handling"].due_at - desk.at
    desk.do(ASKED, b.AGENT).wait(hours=10)
    paused = {each.limit for each in view(desk.case, desk.rules).clocks if each.paused}
    assert paused == {limit.name for limit in desk.rules.limits if limit.may_wait}
    assert not paused & {fact.limit for fact in (*desk.facts("limit_warned"), *desk.facts("limit_missed"))}
    desk.do(SENT, b.CUSTOMER)
    assert clocks(desk)["start_handling"].due_at - desk.at == left
    assert not any(each.paused for each in view(desk.case, desk.rules).clocks)


@pytest.mark.clause("APP-2.1", "SOP-2.6")
@pytest.mark.parametrize(
    ("grade", "hours"), [(Grade.GENERAL, 24), (Grade.URGENT, 4)], ids=lambda each: getattr(each, "value", each)
)
def test_another_grade_keeps_what_was_paused(grade: Grade, hours: int) -> None:
    """Failure 7: grading anew dropped the pause. A grade that never waits keeps what was waited before it was given."""
    desk = b.Desk().registered(grade=Grade.IMPORTANT).do(ASKED, b.AGENT).wait(hours=3).do(SENT, b.CUSTOMER)
    plan = clocks(regraded(desk, grade))["plan"]
    assert plan.due_at == b.NOON + (hours + 3) * HOUR
    assert [each.counted for each in explained(plan, desk.case, desk.rules).waits] == [3 * HOUR]
    assert not desk.facts("limit_missed")
    assert clocks(regraded(desk, Grade.IMPORTANT))["plan"].due_at == b.NOON + (8 + 3) * HOUR


@pytest.mark.clause("APP-2.1", "APP-2.4")
def test_a_grade_that_never_waits_ends_a_wait_that_was_open() -> None:
    desk = b.Desk().registered(grade=Grade.IMPORTANT).do(ASKED, b.AGENT).wait(hours=3)
    regraded(desk, Grade.URGENT).wait(hours=9)
    assert [fact.due_at for fact in desk.facts("limit_missed") if fact.limit == "plan"] == [b.NOON + (4 + 3) * HOUR]


def test_one_clock_met_leaves_the_others_as_they_were() -> None:
    """Failure 17: one field for "the next escalation" hid the others."""
    desk = b.Desk()
    before = clocks(desk)
    after = clocks(desk.responded())
    assert before.pop("first_response")
    assert {"registration", "verification"} <= set(after)
    assert after == before


@pytest.mark.clause("SOP-3.5")
@pytest.mark.parametrize("who", [b.CUSTOMER, b.AGENT], ids=lambda each: str(each.id))
def test_the_customers_word_starts_the_clock_by_whichever_way_it_came(who: b.Actor) -> None:
    """Failure 18: a note in the portal did not start it. The page and a call entered by staff are one command."""
    desk = b.Desk().told().wait(hours=5)
    desk.do(replace(REFUSAL, evidence=b.words("", "call-3")), who)
    assert clocks(desk)["plan"].anchored_at == desk.at


def declined() -> b.Desk:
    return b.Desk().told().wait(hours=40).do(REFUSAL, b.CUSTOMER)


def contested() -> b.Desk:
    return b.Desk().confirming().wait(hours=40).do(c.Contest(words=b.words("还是坏的")), b.CUSTOMER)


def reopened() -> b.Desk:
    return b.Desk().closed().wait(days=3).do(c.Reopen(words=b.words("客户来电")), b.SUPERVISOR)


def reopened_early() -> b.Desk:
    """Withdrawn before anybody had started, and opened again two days later."""
    withdrawn = b.Desk().registered().do(c.Withdraw(words=b.words("算了")), b.CUSTOMER)
    return withdrawn.wait(days=2).do(c.Reopen(words=b.words("客户反悔")), b.SUPERVISOR)


def opened_by_a_later_word() -> b.Desk:
    desk = b.Desk().confirming()
    for channel in (Channel.PHONE, Channel.PHONE, Channel.EMAIL):
        desk.do(c.Respond(channel=channel, contacted_at=desk.at, outcome=ContactOutcome.NO_ANSWER), b.AGENT)
    desk.do(c.CloseUnconfirmed(words=b.words("联系未果")), b.SUPERVISOR).wait(days=3)
    return desk.do(c.Contest(words=b.words("还没好")), b.CUSTOMER)


@pytest.mark.clause("SOP-3.5", "SVC-2.3")
@pytest.mark.parametrize("late", [declined, contested, reopened, reopened_early, opened_by_a_later_word])
def test_what_passed_in_the_customers_turn_or_closed_is_nobodys_miss(late: Late) -> None:
    """Failures 16, 47: overdue at once when the customer had answered, and when a case was opened again."""
    desk = late()
    assert not desk.facts("limit_missed")
    assert not desk.facts("escalated")
    assert {clock.anchored_at for clock in clocks(desk).values()} == {desk.at}
    assert desk.case.round == 2


def test_a_case_opened_before_these_rules_came_goes_on_without_them() -> None:
    early = replace(b.rules(), fair_time=False)
    desk = b.Desk(rules_=early).registered(grade=Grade.IMPORTANT).do(ASKED, b.AGENT).wait(hours=3).do(SENT, b.CUSTOMER)
    assert clocks(regraded(desk, Grade.URGENT))["plan"].due_at == b.NOON + 4 * HOUR
    gone = b.Desk(rules_=early).registered().do(c.Withdraw(words=b.words("算了")), b.CUSTOMER).wait(days=2)
    gone.do(c.Reopen(words=b.words("客户反悔")), b.SUPERVISOR)
    assert clocks(gone)["verification"].anchored_at == b.NOON


def test_a_reopened_case_owes_nothing_again_that_was_done() -> None:
    desk = b.Desk().started().do(c.Withdraw(words=b.words("算了")), b.CUSTOMER).wait(days=2)
    desk.do(c.Reopen(words=b.words("客户反悔")), b.SUPERVISOR)
    assert set(clocks(desk)) == {"plan", "progress"}


def test_in_a_closed_case_nothing_runs_but_its_archive() -> None:
    """Failure 47: an overdue notice on a closed ticket."""
    for desk in (b.Desk().closed(), b.Desk().planning().do(c.Withdraw(words=b.words("算了")), b.CUSTOMER)):
        assert set(clocks(desk)) == {"archive"}
        assert not desk.wait(days=8).facts("limit_missed")


@pytest.mark.clause("SOP-3.3")
def test_every_round_has_an_approval_of_its_own() -> None:
    """Failure 10: once granted, refusals that came later were still shown as approved."""
    desk = b.Desk().approved()
    assert desk.case.plan is not None
    assert desk.case.plan.approved
    desk.do(b.CALLED, b.AGENT).do(REFUSAL, b.CUSTOMER)
    assert desk.case.plan is None
    desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.LOGISTICS_EXECUTOR)
    assert not desk.case.plan.approved
    turn = desk.send(b.CALLED, b.AGENT)
    assert turn.refused is not None
    desk.do(c.SendBack(words=b.words("再议")), b.LOGISTICS_HEAD)
    assert (desk.case.stage, len(desk.facts("plan_approved"))) == ("planning", 1)


@pytest.mark.clause("SOP-3.3")
@pytest.mark.parametrize("again", [c.Approve(), c.SendBack(words=b.words("再议"))], ids=lambda each: str(each.kind))
def test_one_approval_decides_and_nobody_is_asked_any_longer(again: c.Command) -> None:
    """Failure 11: the vote was won, and the others were still asked."""
    desk = b.Desk().approved()
    seen = view(desk.case, desk.rules)
    assert (seen.stage, seen.owner_role) == ("proposing", Role.AGENT)
    turn = desk.send(again, b.SUPERVISOR)
    assert turn.refused is not None
    assert turn.refused.code == "not_now"


@pytest.mark.clause("SVC-4.1")
def test_a_second_round_has_a_questionnaire_of_its_own() -> None:
    """Failure 41: one survey a conversation, so a reopened case was never asked about."""
    desk = b.Desk(rules_=replace(b.rules(), revisit=RevisitRule(questionnaire=True))).revisiting()
    answer = c.AnswerQuestionnaire(solved=True, effect_score=5, attitude_score=5)
    desk.do(answer, b.CUSTOMER).do(c.Reopen(words=b.words("又漏水")), b.SUPERVISOR)
    desk.do(c.DraftPlan(plan=b.plan(desk.at + timedelta(days=1))), b.LOGISTICS_EXECUTOR)
    desk.do(c.Approve(), b.LOGISTICS_HEAD).told_and_accepted()
    desk.do(c.Complete(words=b.words("已修好")), b.LOGISTICS_EXECUTOR).do(c.Confirm(words=b.words("好了")), b.CUSTOMER)
    told = notices(desk.case, desk.entries_of("result_confirmed")[-1:], desk.rules)
    assert "questionnaire_told" in [each.template for each in told]
    assert desk.send(answer, b.CUSTOMER).refused is None
    assert len(desk.facts("revisited")) == 2


@pytest.mark.clause("SVC-5.1")
def test_a_miss_is_told_to_who_owes_it_and_to_the_ladder_and_to_nobody_else() -> None:
    """Failure 43: escalation mails went to everybody."""
    desk = b.Desk().executing().wait(days=4)
    missed = {fact.clock: fact.limit for fact in desk.facts("limit_missed")}
    assert {"execution_start", "step_promise", "plan_promise"} <= set(missed.values())
    told = notices(desk.case, [*desk.entries_of("limit_missed"), *desk.entries_of("escalated")], desk.rules)
    ladder = {step.role for step in desk.rules.ladder}
    for notice in told:
        owner = desk.rules.limit(notice.values["limit"]).owner or Role.EXECUTOR
        allowed = {owner} if notice.template == "limit_missed" else ladder
        assert notice.recipient.role in allowed, notice.key
        if notice.recipient.role in (Role.DEPARTMENT_HEAD, Role.EXECUTOR):
            assert notice.recipient.department == "logistics"


@pytest.mark.parametrize("key", policies.keys())
def test_every_limit_of_the_company_warns_before_it_is_missed_or_is_too_short_to(key: str) -> None:
    """Failure 45: one alert, when it was too late, is not enough."""
    rules = policies.load(key).rules(b.NOON)
    for limit in rules.limits:
        if limit.debtor is Debtor.COMPANY and (limit.within or HOUR) >= HOUR:
            assert limit.warn_at, limit.name
        assert list(limit.warn_at) == sorted(set(limit.warn_at)), limit.name
        assert all(0 < share < 1 for share in limit.warn_at), limit.name


@pytest.mark.clause("SVC-5.1")
def test_warnings_come_in_their_order_and_each_once() -> None:
    desk = b.Desk().registered(grade=Grade.IMPORTANT).wait(hours=30)
    limit = desk.rules.limit("plan")
    due = b.NOON + 8 * HOUR
    warned: list[datetime] = [e.taken_at for e in desk.entries_of("limit_warned") if e.fact.limit == "plan"]
    assert warned == [b.NOON + (due - b.NOON) * share for share in limit.warn_at]


def test_a_step_that_is_done_is_chased_no_longer() -> None:
    """Failure 46: every kind of due time is a limit like any other, promises too."""
    desk = b.Desk().executing()
    assert clocks(desk)["step_promise"].due_at == b.NOON + timedelta(days=1)
    desk.do(c.RecordStep(step="m1", status=Status.DONE, words=b.words("已重发")), b.LOGISTICS_EXECUTOR).wait(days=2)
    assert "step_promise" not in clocks(desk)
    assert not [fact for fact in desk.facts("limit_missed") if fact.limit == "step_promise"]
