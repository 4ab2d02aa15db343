"""The staff handbook of a policy, made from it: who does what until when and how well, and who decides (APP-9.1)."""

from collections.abc import Iterator
from dataclasses import dataclass

from activities.wording import LIMITS_ZH
from api.errors import DoorError
from api.tools import Tools
from complaints.account import Language, length
from complaints.chart import CHART
from complaints.vocabulary import Grade, Stage, Term, Unit
from policies import Policy
from policies.document import Document, LimitSection, StageSection
from records.shelf import NoSuchPolicy


@dataclass(frozen=True)
class Chapter:
    """One table of the handbook: its title, the heads of its columns, its rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Handbook:
    """A policy at one version, for the people who work by it."""

    key: str
    version: str
    title: str
    language: Language
    chapters: tuple[Chapter, ...]

    def markdown(self) -> str:
        """The whole of it as text."""
        lines = [f"# {self.title}", "", f"`{self.key}` {self.version}", ""]
        for each in self.chapters:
            rows = (each.head, ("---",) * len(each.head), *each.rows)
            lines += [f"## {each.title}", "", *(f"| {' | '.join(map(_cell, row))} |" for row in rows), ""]
        return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


async def policy_of(desk: Tools, key: str) -> Policy:
    """The policy of this key as new cases get it, where this deployment offers it."""
    try:
        async with desk.database.transaction() as connection:
            return await desk.casework.shelf.newest(connection, key)
    except NoSuchPolicy:
        raise DoorError(404, "no_such_policy", "There is no policy with this key.") from None


def handbook(policy: Policy, language: Language) -> Handbook:
    """The handbook of a policy's version; chapters of which the policy says nothing are left out."""
    document = policy.document
    chapters = (
        Chapter(title[language], head[language], tuple(rows(document, language))) for title, head, rows in CHAPTERS
    )
    title = getattr(document.policy.title, language)
    return Handbook(policy.key, policy.version, title, language, tuple(each for each in chapters if each.rows))


# ── chapters ──

Rows = Iterator[tuple[str, ...]]


def _steps(document: Document, language: Language) -> Rows:
    """Whose turn it is at each stage, until when, and by what quality (APP-7.3)."""
    by_stage: dict[Stage | None, list[str]] = {}
    for name, limit in document.limits.items():
        by_stage.setdefault(_stage_of(limit), []).append(f"{_limit(name, language)} {_span(limit, language)}")
    for stage in Stage:
        section = document.stages[stage]
        limits = "; ".join(by_stage.get(stage, ()))
        standard = getattr(section.standard, language)
        yield _term(stage, language), _term(section.owner, language), limits, standard, _checklist(section, language)
    if None in by_stage:
        yield ANY_STAGE[language], BY_LIMIT[language], "; ".join(by_stage[None]), "", ""


def _stage_of(limit: LimitSection) -> Stage | None:
    """The stage in which the act is due; None where it may come due in several."""
    if not limit.stages and len(limit.met_by) == 1 and limit.met_by[0] in DUE_IN:
        return DUE_IN[limit.met_by[0]]
    met = set(limit.met_by)
    possible = set(limit.stages) or {stage for row in CHART if met & set(row.facts) for stage in row.stages}
    return possible.pop() if len(possible) == 1 else None


def _checklist(section: StageSection, language: Language) -> str:
    return "; ".join(f"☐ {getattr(words, language)}" for words in section.checklist.values())


def _limits(document: Document, language: Language) -> Rows:
    for name, limit in document.limits.items():
        owner = _term(limit.owner, language) if limit.owner else TURN[language]
        warned = ", ".join(f"{share:.0%}" for share in limit.warn_at)
        yield _limit(name, language), owner, _span(limit, language), warned, limit.clause


def _limit(name: str, language: Language) -> str:
    return LIMITS_ZH.get(name, name) if language == "zh" else name.replace("_", " ")


def _span(limit: LimitSection, language: Language) -> str:
    """How long, by grade where it differs, in the limit's own unit."""
    if limit.promise:
        return PROMISED[language]
    in_days = limit.unit is not Unit.WORKING_TIME
    graded = (limit.by_grade or {}).items()
    by_grade = [f"{_term(grade, language)} {length(span, language, in_days)}" for grade, span in graded]
    found = by_grade or ([length(limit.within, language, in_days)] if limit.within else [])
    unit = "" if limit.unit is Unit.NATURAL else f" ({_term(limit.unit, language)})"
    return f"{', '.join(found)}{unit}"


def _grades(document: Document, language: Language) -> Rows:
    for grade, section in document.grades.named().items():
        signs = ", ".join(_term(each, language) for each in section.indicators.value)
        approver = document.authority.by_grade[grade].value
        yield _term(grade, language), getattr(section.standard, language), signs, _term(approver, language)


def _authority(document: Document, language: Language) -> Rows:
    """Who approves: by grade, and above which sum (SOP-3.3)."""
    for grade, value in document.authority.by_grade.items():
        yield _term(Grade(grade), language), _term(value.value, language)
    for each in document.authority.above:
        yield f"> {each.amount} {YUAN[language]}", _term(each.role, language)


def _channels(document: Document, language: Language) -> Rows:
    """Who receives at each channel, and what they were trained for (APP-1.3)."""
    for channel, section in document.channels.items():
        trained = getattr(section.trained, language) if section.trained else ""
        yield _term(channel, language), section.code, _term(section.receivers, language), trained


def _categories(document: Document, language: Language) -> Rows:
    for each in document.categories.values():
        yield getattr(each, language), getattr(document.departments[each.department], language)


def _ladder(document: Document, language: Language) -> Rows:
    for level, step in enumerate(document.ladder.steps, start=1):
        yield str(level), _term(step.role, language), length(step.after, language, in_days=False)


def _term(term: Term, language: Language) -> str:
    return term.zh if language == "zh" else term.value.replace("_", " ")


DUE_IN = {
    "responded": Stage.RECEIVED,
    "lead_responded": Stage.VERIFYING,
    "liability_determined": Stage.DETERMINING_LIABILITY,
    "handling_started": Stage.PLANNING,
    "plan_approved": Stage.PLANNING,
}
"""Acts that are possible in other stages too, or finished in a later one, and the stage whose work they are."""

ANY_STAGE: dict[Language, str] = {"zh": "任何环节", "en": "any stage"}
BY_LIMIT: dict[Language, str] = {"zh": "见时限表", "en": "see limits"}
TURN: dict[Language, str] = {"zh": "当前环节负责人", "en": "whoever's turn it is"}
PROMISED: dict[Language, str] = {"zh": "以承诺时间为准", "en": "as promised"}
YUAN: dict[Language, str] = {"zh": "元", "en": "yuan"}

CHAPTERS = (
    ({"zh": "步骤", "en": "Steps"},
     {"zh": ("环节", "责任人", "时限", "质量标准", "检查清单"),
      "en": ("step", "owner", "limit", "quality standard", "checklist")}, _steps),
    ({"zh": "时限", "en": "Limits"},
     {"zh": ("时限", "责任人", "时长", "预警", "条款"),
      "en": ("limit", "owner", "length", "warned at", "clause")}, _limits),
    ({"zh": "分级", "en": "Grades"},
     {"zh": ("级别", "标准", "指标", "审批人"), "en": ("grade", "standard", "indicators", "approver")}, _grades),
    ({"zh": "审批权限", "en": "Authority"}, {"zh": ("范围", "审批人"), "en": ("what", "approver")}, _authority),
    ({"zh": "渠道", "en": "Channels"},
     {"zh": ("渠道", "代码", "受理人", "培训要求"), "en": ("channel", "code", "receivers", "trained to")}, _channels),
    ({"zh": "分类", "en": "Categories"}, {"zh": ("分类", "部门"), "en": ("category", "department")}, _categories),
    ({"zh": "升级", "en": "Escalation"},
     {"zh": ("层级", "角色", "超时后"), "en": ("level", "role", "after the limit")}, _ladder),
)  # fmt: skip
"""The chapters in their order: title, heads of the columns, and who writes the rows."""
