"""Facts of the end: confirmed or contested, revisited, made good, withdrawn."""

from dataclasses import replace

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.choices import CHOICES, score_is_low
from complaints.revisiting import confirms
from complaints.values import RevisitWords, Words
from complaints.vocabulary import Closing, RevisitWay


def _confirm(asked: Asked) -> tuple[f.Fact, ...]:
    confirmed = f.ResultConfirmed(entered_by_staff=asked.by_staff(), private=asked.spoken())
    if CHOICES["is_revisited"](asked):
        return (confirmed,)
    return confirmed, f.Closed(closing=Closing.RESOLVED)


def _contest(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.ResultContested(entered_by_staff=asked.by_staff(), private=asked.spoken()),)


def _close_unconfirmed(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.Closed(closing=Closing.UNCONFIRMED, private=asked.command.words),)


def _record_revisit(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RecordRevisit = asked.command
    revisited = replace(_revisited(asked), way=it.way, customer_value=it.customer_value, negative=it.negative)
    named = it.remedy_by.strip() if CHOICES["score_is_low"](asked) else ""
    remedy = (f.RemedyAssigned(staff_id=named),) if named else ()
    return revisited, *_suggestion(asked), *remedy, *_after_revisit(asked, (it.words,))


def _answer_questionnaire(asked: Asked) -> tuple[f.Fact, ...]:
    revisited = replace(_revisited(asked), way=RevisitWay.QUESTIONNAIRE)
    return revisited, *_suggestion(asked), *_after_revisit(asked, asked.spoken())


def _revisited(asked: Asked) -> f.Revisited:
    it: c.RecordRevisit | c.AnswerQuestionnaire = asked.command
    return f.Revisited(
        solved=it.solved,
        effect_score=it.effect_score,
        attitude_score=it.attitude_score,
        private=RevisitWords(text=it.words.text, reference=it.words.reference, answers=it.answers),
    )


def _suggestion(asked: Asked) -> tuple[f.Fact, ...]:
    """What the customer would have the company do goes to the department the policy names (SVC-4.3)."""
    text, department = asked.command.suggestion.strip(), asked.rules.revisit.suggestions_to
    return (f.SuggestionMade(department=department, private=Words(text=text)),) if text and department else ()


def _after_revisit(asked: Asked, said: tuple[Words, ...]) -> tuple[f.Fact, ...]:
    """A bad revisit leads to a remedy, or contests the result where the revisit is its confirmation (WKS-5.1)."""
    low, entered = score_is_low(asked), asked.by_staff()
    if not confirms(asked.rules):
        return () if low else (f.Closed(closing=Closing.RESOLVED),)
    if low:
        return (f.ResultContested(entered_by_staff=entered, private=said),)
    return f.ResultConfirmed(entered_by_staff=entered, private=said), f.Closed(closing=Closing.RESOLVED)


def _answer_suggestion(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.SuggestionAnswered(department=asked.case.suggestion_to, private=asked.command.words),)


def _record_remedy(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RecordRemedy = asked.command
    agreed = f.RemedyAgreed(new_plan=it.new_plan, private=it.words)
    return (agreed,) if it.new_plan else (agreed, f.Closed(closing=Closing.RESOLVED))


def _withdraw(asked: Asked) -> tuple[f.Fact, ...]:
    return f.Withdrawn(private=asked.spoken()), f.Closed(closing=Closing.WITHDRAWN)


MAKERS: dict[str, Maker] = {
    "confirm": _confirm,
    "contest": _contest,
    "close_unconfirmed": _close_unconfirmed,
    "record_revisit": _record_revisit,
    "answer_questionnaire": _answer_questionnaire,
    "assign_remedy": lambda asked: (f.RemedyAssigned(staff_id=asked.command.staff_id.strip()),),
    "answer_suggestion": _answer_suggestion,
    "record_remedy": _record_remedy,
    "reopen": lambda asked: (f.Reopened(private=asked.command.words),),
    "withdraw": _withdraw,
}
