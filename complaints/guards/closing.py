"""What a revisit, its remedy, its suggestion and a closure without the customer's yes ask for."""

from complaints import revisiting
from complaints.asked import Asked, Guard, refuse_unless


def questionnaire_is_used(asked: Asked) -> None:
    refuse_unless(asked.rules.revisit.questionnaire, "no_questionnaire", "This policy makes its revisits by phone.")


def remedy_is_named(asked: Asked) -> None:
    """A low score names who contacts the customer with a remedy (SVC-4.3)."""
    named = bool(asked.command.remedy_by.strip()) or not asked.rules.revisit.remedy_named
    refuse_unless(
        named, "remedy_by_missing", "The score is low: name the person (staff id) who contacts the customer.",
        "remedy_by",
    )  # fmt: skip


def remedy_person_is_known(asked: Asked) -> None:
    """After a low questionnaire nobody agrees a remedy before it is somebody's to agree (SVC-4.3)."""
    refuse_unless(
        bool(asked.case.remedy_by) or not asked.rules.revisit.remedy_named,
        "remedy_unnamed", "Name who contacts the customer first: assign_remedy by supervisor or director.",
    )  # fmt: skip


def may_agree_remedy(asked: Asked) -> None:
    named = f"{asked.case.remedy_by} or somebody higher" if asked.case.remedy_by else "the desk or the head"
    refuse_unless(
        revisiting.may_agree_remedy(asked.actor, asked.case), "not_your_remedy", f"This remedy is for: {named}."
    )


def suggestion_is_open(asked: Asked) -> None:
    refuse_unless(bool(asked.case.suggestion_to), "no_suggestion", "No suggestion waits for an answer.")


def of_suggestion_department(asked: Asked) -> None:
    refuse_unless(
        asked.actor.department == asked.case.suggestion_to,
        "other_department", f"This suggestion is for the head of: {asked.case.suggestion_to}.",
    )  # fmt: skip


def silence_is_long_enough(asked: Asked) -> None:
    """Attempts on enough channels since the customer's last word, all recorded (SVC-3.3)."""
    silence, attempts = asked.rules.silence, asked.case.attempts
    enough = len(attempts) >= silence.attempts and len(set(attempts)) >= silence.channels
    refuse_unless(
        silence.allowed and enough,
        "silence_too_short",
        f"Closing unconfirmed needs {silence.attempts} recorded attempts on {silence.channels} channels.",
    )  # fmt: skip


GUARDS: tuple[Guard, ...] = (
    questionnaire_is_used, remedy_is_named, remedy_person_is_known, may_agree_remedy, suggestion_is_open,
    of_suggestion_department, silence_is_long_enough,
)  # fmt: skip
