"""What must be known before a case is verified and its grade endorsed, and how the customer can be asked for it."""

from complaints import liability
from complaints.asked import Asked, Guard, refuse_unless
from complaints.grading import suggest
from complaints.vocabulary import Grade, Indicator, LookUpStatus, TellingWay


def message_can_be_sent(asked: Asked) -> None:
    by_call = asked.command.way is TellingWay.CALL
    refuse_unless(
        not by_call or bool(asked.command.words.reference.strip()),
        "call_reference_missing", "Name the call: its reference or the record of it.", "words.reference",
    )  # fmt: skip
    refuse_unless(
        by_call or bool(asked.case.private.contact.email.strip()),
        "no_address", "The customer left no mail address: call, and record the call.", "way",
    )  # fmt: skip


def facts_are_confirmed(asked: Asked) -> None:
    """Where the policy reads the facts back: since the last of them was registered or corrected (SVC-1.5)."""
    case = asked.case
    told = max(case.seq(each) for each in ("registered", "registration_corrected", "contact_corrected"))
    refuse_unless(
        not asked.rules.read_back or case.seq("facts_confirmed") > told,
        "facts_unconfirmed", "Read the registered facts back to the customer first (confirm_facts).",
    )  # fmt: skip


def of_category_department(asked: Asked) -> None:
    refuse_unless(
        liability.of_its_department(asked.actor, asked.case),
        "other_department", "The first opinion is the category's department's to give.",
    )  # fmt: skip


def look_up_is_answered(asked: Asked) -> None:
    case = asked.case
    refuse_unless(
        case.look_up is not LookUpStatus.PENDING,
        "look_up_pending", "The company's records are still being asked; try again in a moment.",
    )  # fmt: skip
    odd = case.look_up in (LookUpStatus.FAILED, LookUpStatus.NOT_FOUND) or bool(case.contradictions)
    refuse_unless(
        not odd or bool(asked.command.look_up_answer.strip()),
        "look_up_unanswered", "The look-up failed or contradicts the customer: say in words what you make of it.",
        "look_up_answer",
    )  # fmt: skip


def opinion_is_given(asked: Asked) -> None:
    refuse_unless(
        asked.case.opinion_given or not asked.case.opinion_needed,
        "opinion_missing", "A case of this category needs the department's first opinion (give_opinion).",
    )  # fmt: skip


def change_has_reason(asked: Asked) -> None:
    """A changed grade needs a reason, and so does one below what the indicators ask for (SOP-2.4)."""
    command, case = asked.command, asked.case
    indicators = getattr(command, "indicators", ()) or tuple(Indicator(each) for each in case.indicators)
    wanted = suggest(indicators, None, asked.rules).grade
    lower = GRAVITY.index(command.grade) > GRAVITY.index(wanted)
    refuse_unless(
        (command.grade is case.grade and not lower) or bool(command.words.text.strip()),
        "reason_missing",
        f"The indicators ask for {wanted.value}: a lower grade needs its reason." if lower
        else "A changed grade needs its reason.",
        "words.text",
    )  # fmt: skip


GRAVITY = tuple(Grade)
"""From the gravest down."""


GUARDS: tuple[Guard, ...] = (
    message_can_be_sent, facts_are_confirmed, of_category_department, look_up_is_answered, opinion_is_given,
    change_has_reason,
)  # fmt: skip
