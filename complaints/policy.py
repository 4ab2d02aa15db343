"""One document's rules as a frozen value: what travels with a case and judges it to its end.

Only what decides anything is here; titles, templates and words stay in the policy's own table. At most 8 KB as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from complaints.vocabulary import (
    Confirmation,
    Debtor,
    Grade,
    Indicator,
    LiableParty,
    Matter,
    MeasureKind,
    Role,
    Stage,
    Unit,
)
from complaints.workcalendar import WorkCalendar
from complaints.workcalendar import ZoneOffset as ZoneOffset  # the rules carry it, so who compiles them finds it here


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One time limit: what it runs from, what meets it, how long it is, who owes the act.

    `runs_from` and `met_by` name kinds of facts. `by_grade` wins over `within`; with neither for the case's grade the
    clock doesn't run yet. All of it, with its warnings, waits and ladder, is counted in `unit` (`worktime.py`).
    `each_round` starts it anew with every round (SOP-3.5). `owner` is None where whoever's turn it is owes the act.
    `may_wait` lets it wait for information asked of the customer (APP-2.1). `promise` marks a clock whose due time is
    what the customer was promised, for one step or for the whole plan. It runs only for the kinds of matter named.
    """

    name: str
    debtor: Debtor = Debtor.COMPANY
    owner: Role | None = Role.AGENT
    runs_from: str
    met_by: tuple[str, ...]
    unit: Unit = Unit.NATURAL
    within: timedelta | None = None
    by_grade: dict[Grade, timedelta] | None = None
    stages: tuple[Stage, ...] = ()
    each_round: bool = False
    may_wait: bool = False
    warn_at: tuple[float, ...] = ()
    promise: Literal["", "step", "plan"] = ""
    matters: tuple[Matter, ...] = (Matter.COMPLAINT,)

    def length(self, grade: Grade | None) -> timedelta | None:
        """How long the debtor has for a case of this grade; None where the clock doesn't run."""
        if grade is not None and self.by_grade and grade in self.by_grade:
            return self.by_grade[grade]
        return self.within


@dataclass(frozen=True, kw_only=True)
class LadderStep:
    """One step of the ladder: who is brought in, how long after the limit passed."""

    role: Role
    after: timedelta


@dataclass(frozen=True, kw_only=True)
class CategoryRule:
    """Where complaints of a category go, and whether the department's opinion is needed first (SOP-2.1)."""

    department: str
    opinion: bool = False


@dataclass(frozen=True, kw_only=True)
class AmountAuthority:
    """A plan that costs more than `above` yuan needs at least this role, whatever its grade."""

    above: Decimal
    role: Role


@dataclass(frozen=True, kw_only=True)
class PlanForm:
    """What a plan must hold (APP-3.1), and what it may not say (WKS-3.2).

    `required` names fields of a plan beyond cause and measures; `vague` are phrases that promise nothing;
    `apology_needs_fault` keeps apologies for cases the company is liable for (DSP-3.2). Kinds in `validity` say until
    when they are valid, refunds that they go back to the original account, and where a party in `explained` is liable
    the plan explains it with evidence (DSP-3.1). `named_contact` has the plan told in one person's name (DSP-3.2).
    """

    required: tuple[str, ...] = ()
    kinds: tuple[MeasureKind, ...] = tuple(MeasureKind)
    vague: tuple[str, ...] = ()
    apology_needs_fault: bool = False
    validity: tuple[MeasureKind, ...] = ()
    original_account: bool = False
    explained: tuple[LiableParty, ...] = ()
    named_contact: bool = False


@dataclass(frozen=True, kw_only=True)
class MediationRule:
    """After how many refusals of a plan who steps in (DSP-4.1); never where that is 0."""

    after_refusals: int = 0
    mediators: tuple[Role, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RevisitRule:
    """How a revisit is made: under a number of its own or not, by questionnaire or not (SVC-4.1).

    `remedy_named` wants a person named for whoever gave a low score, before a remedy is agreed (SVC-4.3).
    """

    numbered: bool = False
    questionnaire: bool = False
    remedy_named: bool = False
    suggestions_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """When a case whose customer says nothing may be closed unconfirmed (SVC-3.3)."""

    allowed: bool
    attempts: int
    channels: int


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All that decides a case, compiled from one policy at one version.

    `calendar` is None where every clock counts natural time. `form` names what the registration needs beyond SOP-1.2,
    `read_back` says whether the facts are confirmed with the customer before verification ends (SVC-1.5),
    `joint_record` whether a joint determination needs the record of its meeting (SOP-2.3), `work_groups` which
    departments hear of a registration at once (SVC-1.3), `signature` whether a confirmation must be signed (SVC-3.1),
    `checklists` what must be ticked off before a stage is left (APP-7.3), `named_action` whether an acknowledgement
    names its next action, once a rung (SVC-5.1), `fair_time` whether what a case was closed for, or waited before it
    got a grade that never waits, is nobody's miss (SOP-3.5, APP-2.1): older cases go on without these two.
    """

    key: str
    version: str
    categories: dict[str, CategoryRule]
    departments: tuple[str, ...]
    coordinating_department: str
    indicators: dict[Grade, tuple[Indicator, ...]]
    large_amount: Decimal
    limits: tuple[Limit, ...]
    ladder: tuple[LadderStep, ...]
    ladder_repeat: timedelta
    acknowledge_at_most: timedelta
    grace: timedelta
    wait_at_most: timedelta
    never_wait: tuple[Grade, ...]
    authority: dict[Grade, Role]
    owners: dict[Stage, Role]
    low_score: int
    silence: Silence
    by_hand: tuple[str, ...]
    offsets: tuple[ZoneOffset, ...]
    run_events: int
    calendar: WorkCalendar | None = None
    matters: tuple[Matter, ...] = (Matter.COMPLAINT,)
    form: tuple[str, ...] = ()
    read_back: bool = False
    parties: tuple[LiableParty, ...] = tuple(LiableParty)
    joint_record: bool = False
    work_groups: tuple[str, ...] = ()
    authority_above: tuple[AmountAuthority, ...] = ()
    plan_form: PlanForm = PlanForm()
    mediation: MediationRule = MediationRule()
    confirmation: Confirmation = Confirmation.BOTH
    signature: bool = False
    revisit: RevisitRule = RevisitRule()
    checklists: Mapping[Stage, tuple[str, ...]] = field(default_factory=dict)
    named_action: bool = False
    fair_time: bool = False

    def limit(self, name: str) -> Limit:
        """The limit of this name; KeyError where the policy has none."""
        for each in self.limits:
            if each.name == name:
                return each
        raise KeyError(name)
