"""What the customer's word rests on when staff enter it, and who of them may not."""

from complaints import authority
from complaints.asked import Asked, Guard, refuse_unless
from complaints.vocabulary import Matter


def evidence_is_named(asked: Asked) -> None:
    """What staff enter for a customer needs a call reference, mail or chat behind it."""
    if not asked.by_staff():
        return
    evidence = asked.command.evidence
    refuse_unless(
        evidence is not None and bool(evidence.reference.strip()),
        "evidence_missing", "Entered for the customer, this needs the call, mail or chat it rests on.",
        "evidence.reference",
    )  # fmt: skip


def is_signed(asked: Asked) -> None:
    """Where the policy wants it signed, the signer's name: typed online, or as in the mail staff refer to (SVC-3.1)."""
    needed = asked.rules.signature and asked.case.matter is Matter.COMPLAINT
    signed = bool(asked.command.words.text.strip())
    refuse_unless(signed or not needed, "not_signed", SIGN[asked.by_staff()], "words.text")


SIGN = {False: "Sign with your name.", True: "Enter the name signed with, beside the mail or sheet it rests on."}
"""What a confirmation without its name is told, by whether staff entered it."""


def revisit_is_evidence(asked: Asked) -> None:
    """Where the revisit is the confirmation, it names the call or chat it rests on (WKS-5.1)."""
    refuse_unless(
        bool(asked.command.words.reference.strip()),
        "evidence_missing", "This revisit confirms or contests the result: name the call, mail or chat it rests on.",
        "words.reference",
    )  # fmt: skip


def not_by_drafter(asked: Asked) -> None:
    refuse_unless(
        not authority.is_own_plan(asked.actor, asked.case),
        "entered_by_drafter", "Who drafted the plan doesn't enter the customer's word on it.",
    )  # fmt: skip


def not_by_executor(asked: Asked) -> None:
    refuse_unless(
        not asked.actor.persons() & set(asked.case.executors),
        "entered_by_executor", "Who carried the plan out doesn't enter the customer's word on it.",
    )  # fmt: skip


GUARDS: tuple[Guard, ...] = (
    evidence_is_named, is_signed, revisit_is_evidence, not_by_drafter, not_by_executor,
)  # fmt: skip
