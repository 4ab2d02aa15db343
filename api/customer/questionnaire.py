"""The revisit's questions as a form, and the filled form as a command: one questionnaire a round (SVC-4.1, SVC-5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from complaints.vocabulary import RevisitWay

SCORES = ((1, "很不满意"), (2, "不满意"), (3, "一般"), (4, "满意"), (5, "很满意"))
SOLVED = (("yes", "已解决 Solved"), ("no", "没有解决 Not solved"))
SUGGESTION = "suggestion"
"""The open question of this name asks what the company should do: its answer goes to a department (SVC-4.3)."""

LONGEST_ANSWER = 4000


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question: how it is answered, in what field, and the choices where there are any."""

    field: str
    text: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()


def questions(policy: dict[str, Any]) -> tuple[Question, ...]:
    """The policy's questions in their order; none where it makes its revisits by phone alone."""
    revisit = policy["revisit"]
    if RevisitWay.QUESTIONNAIRE not in revisit["ways"]["value"]:
        return ()
    return tuple(_question(name, each) for name, each in revisit["questions"].items())


def _question(name: str, section: dict[str, Any]) -> Question:
    kind = section.get("kind", "open")
    scores = tuple((str(score), f"{score} {says}") for score, says in SCORES)
    return Question(
        field=f"open_{name}" if kind == "open" else kind,
        text=f"{section['zh']} {section['en']}",
        kind=kind,
        choices=() if kind == "open" else SOLVED if kind == "solved" else scores,
    )


def is_too_long(asked: tuple[Question, ...], form: Mapping[str, Any]) -> bool:
    """Whether an answer is longer than one may be: it is refused, never cut."""
    return any(len(_said(each, form)) > LONGEST_ANSWER for each in asked)


def _said(question: Question, form: Mapping[str, Any]) -> str:
    """The answer as it was typed: browsers send two characters for a new line and count it as one."""
    return str(form.get(question.field, "")).replace("\r\n", "\n").strip()


def command(asked: tuple[Question, ...], form: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the customer answered, as a command's body; None where a question with choices was left out."""
    said = {each.field: _said(each, form) for each in asked}
    if any(each.choices and said[each.field] not in dict(each.choices) for each in asked):
        return None
    opened = {field.removeprefix("open_"): text for field, text in said.items() if field.startswith("open_")}
    answers = [{"question": name, "text": text} for name, text in opened.items() if text and name != SUGGESTION]
    return {
        "kind": "answer_questionnaire",
        "solved": said.get("solved") == "yes",
        "effect_score": int(said.get("effect_score", 0)),
        "attitude_score": int(said.get("attitude_score", 0)),
        "answers": answers,
        "suggestion": opened.get(SUGGESTION, ""),
        "words": {"text": "\n".join(each["text"] for each in answers)},
    }
