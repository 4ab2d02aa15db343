"""Random people send random commands while time passes: what must never happen, never does."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from complaints import commands as c
from complaints.authority import RANKS
from complaints.case import Case
from complaints.chart import CHART, rows
from complaints.deadlines import memory_of, running
from complaints.evolve import begin, evolve
from complaints.ladder import nearest
from complaints.policy import Limit, RevisitRule, Rules
from complaints.turn import Taken, take
from complaints.values import SYSTEM, Actor
from complaints.view import owner_role, view
from complaints.vocabulary import (
    Answer,
    Channel,
    Confirmation,
    ContactOutcome,
    Debtor,
    Grade,
    LiableParty,
    LookUpStatus,
    Matter,
    Role,
    Stage,
    StepStatus,
    TellingWay,
)
from tests import builders as b

PEOPLE = [
    b.AGENT, b.SUPERVISOR, b.DIRECTOR, b.EXECUTIVE, b.PRODUCT_HEAD, b.PRODUCT_EXECUTOR, b.LOGISTICS_HEAD,
    b.LOGISTICS_EXECUTOR, b.REVISITOR, b.CUSTOMER,
]  # fmt: skip
EVIDENCE = st.sampled_from([None, b.words("电话确认", "call-9"), b.words("", "")])
GRADES = st.sampled_from(list(Grade))
MATTERS = st.sampled_from([Matter.COMPLAINT, Matter.COMPLAINT, Matter.INQUIRY])
SUGGESTIONS = st.sampled_from(["", "换个快递"])
WAYS = st.sampled_from([(TellingWay.CALL, b.words("已电话", "call-3")), (TellingWay.MESSAGE, b.words("请看"))])


def commands(case: Case, at: datetime, rules: Rules) -> st.SearchStrategy[Any]:
    """Commands of every kind, with times around the case's own."""
    soon = at + timedelta(hours=30)
    clocks = st.sampled_from([*case.clocks, "no-such-clock"])
    return st.one_of(
        st.builds(c.Respond, channel=st.sampled_from(list(Channel)), contacted_at=st.just(at),
                  outcome=st.sampled_from(list(ContactOutcome))),
        st.builds(b.registration, grade=GRADES, matter=MATTERS,
                  category=st.sampled_from(["logistics_delay", "product_use", "none"]),
                  order_number=st.sampled_from(["", "A1"])),
        st.just(c.Discard(words=b.words("重复"))),
        st.builds(lambda way: c.RequestInformation(way=way[0], words=way[1]), WAYS),
        st.builds(lambda e: c.ProvideInformation(words=b.words(), evidence=e), EVIDENCE),
        st.just(c.LookUp(order_number="A1")),
        st.just(c.GiveOpinion(cause="老化")),
        st.builds(lambda a: c.Verify(words=b.words(), look_up_answer=a), st.sampled_from(["", "已核"])),
        st.builds(lambda g: c.GradeCase(grade=g, words=b.words()), GRADES),
        st.builds(lambda g: c.Endorse(grade=g, words=b.words()), GRADES),
        st.builds(lambda g, d: c.Endorse(grade=g, words=b.words(), party=LiableParty.COMPANY, department=d),
                  GRADES, st.sampled_from(["product", "logistics", "elsewhere"])),
        st.just(c.CallJointDetermination(departments=("product", "logistics"))),
        st.builds(lambda d, m, o: c.DetermineLiability(party=LiableParty.COMPANY, department=d, meeting=m, others=o,
                                                       lead="product-head" if o else ""),
                  st.sampled_from(["product", "logistics", "elsewhere"]),
                  st.sampled_from([None, b.meeting(at)]), st.sampled_from([(), ("customer_service",)])),
        st.just(c.ConfirmFacts(words=b.words("复述", "call-7"))),
        st.builds(lambda n: c.CorrectRegistration(form=b.registration(order_number=n).form),
                  st.sampled_from(["", "A1", "A2"])),
        st.just(c.Mediate(words=b.words("调整"))),
        st.just(c.StartHandling(first_action="联系")),
        st.just(c.DraftPlan(plan=b.plan(soon))),
        st.just(c.Approve()),
        st.just(c.SendBack(words=b.words("再议"))),
        st.just(c.OpenEmergencyMeasure(words=b.words("先行垫付"))),
        st.builds(lambda way: c.Propose(way=way[0], words=way[1]), WAYS),
        st.builds(lambda a, e: c.AnswerPlan(answer=a, words=b.words(), evidence=e),
                  st.sampled_from(list(Answer)), EVIDENCE),
        st.builds(lambda s: c.RecordStep(step="m1", status=s, words=b.words()), st.sampled_from(list(StepStatus))),
        st.just(c.ReportDelay(step="m1", expected_at=soon, words=b.words("缺货"))),
        st.just(c.ReportProgress(words=b.words())),
        st.just(c.Complete(words=b.words())),
        st.builds(lambda e: c.RequestProof(evidence=e), EVIDENCE),
        st.just(c.SupplyProof(words=b.words())),
        st.builds(lambda e: c.Confirm(evidence=e), EVIDENCE),
        st.builds(lambda e: c.Contest(words=b.words(), evidence=e), EVIDENCE),
        st.just(c.CloseUnconfirmed(words=b.words())),
        st.builds(lambda s, said, who: c.RecordRevisit(solved=True, effect_score=s, attitude_score=4, suggestion=said,
                                                       words=b.words("", "call-5"), remedy_by=who),
                  st.integers(1, 5), SUGGESTIONS, st.sampled_from(["", b.AGENT.id])),
        st.builds(lambda s, said, e: c.AnswerQuestionnaire(solved=True, effect_score=s, attitude_score=4,
                                                           suggestion=said, evidence=e),
                  st.integers(1, 5), SUGGESTIONS, EVIDENCE),
        st.just(c.AssignRemedy(staff_id=b.AGENT.id)),
        st.just(c.AnswerSuggestion(words=b.words("已采纳"))),
        st.just(c.Reply(words=b.words("这样做"))),
        st.builds(lambda g: c.Convert(grade=g, words=b.words("按投诉处理")), GRADES),
        st.builds(lambda n: c.RecordRemedy(new_plan=n, words=b.words()), st.booleans()),
        st.just(c.Reopen(words=b.words())),
        st.builds(lambda e: c.Urge(evidence=e), EVIDENCE),
        st.just(c.Note(words=b.words())),
        st.just(c.Escalate(words=b.words())),
        st.builds(lambda hours: adoption(rules, hours), st.integers(1, 60)),
        st.builds(lambda k: c.Acknowledge(clock=k, next_action_at=at + timedelta(hours=3), words=b.words()), clocks),
    )  # fmt: skip


def adoption(rules: Rules, hours: int) -> c.AdoptPolicy:
    """Another version of the policy, in which every plain limit has other hours."""
    limits = tuple(replace(each, within=timedelta(hours=hours)) if each.within else each for each in rules.limits)
    return c.AdoptPolicy(version=f"v{hours}", rules=replace(rules, version=f"v{hours}", limits=limits))


def by_revisit() -> Rules:
    """Rules under which inquiries are taken, the revisit is the confirmation, and suggestions are answered."""
    sop, every = b.rules(), tuple(Matter)
    reply = Limit(name="reply", debtor=Debtor.COMPANY, owner=Role.AGENT, runs_from="registered", met_by=("replied",),
                  within=timedelta(hours=8), stages=(Stage.ANSWERING,), each_round=True, matters=every)  # fmt: skip
    suggestion = Limit(name="suggestion", debtor=Debtor.COMPANY, owner=Role.DEPARTMENT_HEAD, within=timedelta(days=2),
                       runs_from="suggestion_made", met_by=("suggestion_answered",), stages=tuple(Stage))  # fmt: skip
    confirmation = replace(sop.limit("confirmation"), name="reply_confirmation", runs_from="replied", matters=every)
    revisit = replace(sop.limit("revisit"), runs_from="work_completed")
    others = [each for each in sop.limits if each.name != "revisit"]
    limits = [replace(each, matters=every) for each in others]
    return replace(
        sop, matters=every, limits=(*limits, revisit, reply, suggestion, confirmation),
        confirmation=Confirmation.BY_REVISIT, revisit=RevisitRule(questionnaire=True, suggestions_to="product"),
    )  # fmt: skip


class ComplaintMachine(RuleBasedStateMachine):
    """A case under random commands, people and clock ticks."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = b.Desk()
        self.misses: dict[str, datetime] = {}

    @initialize(late=st.integers(0, 300), rules=st.sampled_from([b.rules(), b.demanding(), by_revisit()]))
    def arrive(self, late: int, rules: Rules) -> None:
        self.desk = b.Desk(b.NOON, arrived_at=b.NOON - timedelta(minutes=late), rules_=rules)

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), minutes=st.integers(0, 40))
    def send(self, data: st.DataObject, who: Actor, minutes: int) -> None:
        """Anybody sends anything, some of it taken a while before it is delivered."""
        desk = self.desk
        command = data.draw(commands(desk.case, desk.at, desk.rules))
        before, clocks = desk.case, view(desk.case, desk.rules).clocks
        turn = desk.send(command, who, taken_at=desk.at - timedelta(minutes=minutes))
        if turn.refused is None:
            self._check_move(before, turn.case, command, who)
            if isinstance(command, c.AdoptPolicy):
                assert who.roles == (Role.DIRECTOR,)
                assert {clock.limit for clock in clocks} == {c.limit for c in view(turn.case, desk.rules).clocks}

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """The next thing that leads a case further, by somebody who may, so that deep stages are reached."""
        desk = self.desk
        likely = [row for row in CHART if desk.case.stage in row.stages and row.to and not row.own]
        kinds = sorted({row.command for row in likely if row.command not in ("withdraw", "discard")})
        if not kinds:
            return
        kind = data.draw(st.sampled_from(kinds))
        command = data.draw(commands(desk.case, desk.at, desk.rules).filter(lambda each: each.kind == kind))
        before = desk.case
        for who in PEOPLE:
            turn = desk.send(command, who)
            if turn.refused is None:
                self._check_move(before, turn.case, command, who)
                return

    def _check_move(self, before: Case, after: Case, command: Any, who: Actor) -> None:
        if after.stage is not before.stage:
            allowed = {row.to for row in rows(before.stage, command.kind)}
            assert after.stage in allowed, "a stage was skipped"
        if command.kind == "approve":
            assert before.plan is not None
            assert before.plan.drafter != who.id, "somebody approved a plan of their own"
            assert any(role in RANKS for role in who.roles)

    @rule(minutes=st.integers(1, 3000))
    def wait(self, minutes: int) -> None:
        self.desk.wait(minutes=minutes)

    @precondition(lambda self: self.desk.case.look_up is LookUpStatus.PENDING)
    @rule(status=st.sampled_from([LookUpStatus.FOUND, LookUpStatus.FAILED]))
    def look_up_answers(self, status: LookUpStatus) -> None:
        if self.desk.case.stage is not Stage.ARCHIVED:
            self.desk.do(c.TellLookedUp(status=status), SYSTEM)

    @rule(template=st.sampled_from(["plan_told", "information_requested", "calming"]), fails=st.booleans())
    def delivery(self, template: str, fails: bool) -> None:
        if self.desk.case.stage is Stage.ARCHIVED:
            return
        if fails:
            self.desk.do(c.TellUndeliverable(template=template, notice_key="k", reason="refused"), SYSTEM)
        else:
            at = self.desk.at
            self.desk.do(c.TellDelivered(template=template, notice_key="k", delivered_at=at), SYSTEM)

    @invariant()
    def an_open_case_always_has_an_owner_and_a_next_deadline(self) -> None:
        case, rules = self.desk.case, self.desk.rules
        if case.stage is not Stage.ARCHIVED:
            assert owner_role(case, rules)
            assert nearest(case, rules) is not None
            assert view(case, rules).next_due is not None

    @invariant()
    def a_company_limit_missed_is_recorded_at_its_due_time(self) -> None:
        case, rules, at = self.desk.case, self.desk.rules, self.desk.at
        for clock in running(case, rules):
            if clock.limit.debtor is Debtor.COMPANY and clock.due_at + rules.grace <= at:
                assert memory_of(case, clock).missed, clock.key
        for entry in self.desk.entries:
            if entry.fact.kind == "limit_missed":
                assert entry.taken_at == entry.fact.due_at

    @invariant()
    def a_rung_acts_once(self) -> None:
        steps = [
            (fact.clock, fact.level, fact.scheduled_at) for fact in self.desk.facts("escalated") if fact.clock
        ]
        assert len(steps) == len(set(steps))

    @invariant()
    def the_case_is_its_journal_and_needs_nothing_private(self) -> None:
        case = begin("20260520001", self.desk.entries[0])
        for entry in self.desk.entries[1:]:
            case = evolve(case, entry)
        assert case == self.desk.case
        assert [entry.seq for entry in self.desk.entries] == list(range(1, len(self.desk.entries) + 1))


TestComplaint = pytest.mark.clause("SVC-5.1", "APP-7.3", "SOP-3.3")(ComplaintMachine.TestCase)
TestComplaint.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip


def test_the_same_command_taken_twice_by_the_rules_is_refused_or_harmless() -> None:
    """The workflow's ledger makes it once; even without it the chart lets nothing move twice."""
    desk = b.Desk().approved()
    taken = Taken(actor=b.LOGISTICS_HEAD, command_id="again", taken_at=desk.at)
    assert take(desk.case, c.Approve(), taken, desk.at, desk.rules).refused is not None
