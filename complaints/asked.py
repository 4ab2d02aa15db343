"""A command on its way, and the words for what meets it: choices, guards and makers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.case import Case
from complaints.errors import Refused
from complaints.facts import Fact
from complaints.policy import Rules
from complaints.values import Actor, Words
from complaints.vocabulary import ActorKind


@dataclass(frozen=True)
class Asked:
    """A command on its way: the case it meets, who sends it, and when it was taken."""

    case: Case
    command: Any
    actor: Actor
    rules: Rules
    at: datetime

    def by_staff(self) -> bool:
        """Whether the customer's word was entered by somebody else."""
        return self.actor.kind is not ActorKind.CUSTOMER

    def spoken(self) -> tuple[Words, ...]:
        """The customer's words, and the evidence where staff entered them."""
        evidence = self.command.evidence
        return (self.command.words, evidence) if evidence else (self.command.words,)


Choice = Callable[[Asked], bool]
"""Picks between rows of the same stage and command."""

Guard = Callable[[Asked], None]
"""Holds, or refuses the command with the reason."""

Maker = Callable[[Asked], tuple[Fact, ...]]
"""Makes the facts of a command that nothing refused."""


def refuse_unless(holds: bool, code: str, message: str, *fields: str) -> None:
    """Raises `Refused` with the stable code, the sentence and the fields that explain it."""
    if not holds:
        raise Refused(code, message, *fields)
