"""What waits to be handled: signals as they came, and what is read out of them.

A handler only takes; reading happens in the loop, where nothing that came can fail it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from temporalio import workflow
from temporalio.common import RawValue

from complaints import commands as c
from complaints.turn import Taken
from complaints.values import Actor
from complaints.vocabulary import ActorKind, Role
from workflows.messages import Envelope
from workflows.reading import read_envelope

AUTHENTIC = "authentic"
"""The mark the codec leaves on a payload it could open: it came through the API, not by hand."""

OPERATOR = Actor(kind=ActorKind.OPERATOR, id="operator by hand", roles=(Role.ENGINEER,))
LONGEST_ID = 64


@dataclass(frozen=True)
class Signal:
    """What a handler took: the signal's name and the payload as it came, unread."""

    name: str
    payload: RawValue | None = None


@dataclass(frozen=True)
class Sent:
    """A command on its way to the rules, with who sent it."""

    kind: str
    body: Any
    taken: Taken
    expected_version: int | None = None
    by_hand: bool = False
    for_nobody: bool = False

    @property
    def command_id(self) -> str:
        return self.taken.command_id or ""


Item = Signal | Sent | c.OwnCommand


def _taking(kind: str, says: str) -> Callable[..., None]:
    @workflow.signal(name=kind, description=says)
    def handler(self: Self, payload: RawValue = None) -> None:  # type: ignore[assignment,misc]  # kept unread
        self.inbox.append(Signal(kind, payload))

    return handler


_HANDLERS = {kind: _taking(kind, (command.__doc__ or kind).strip()) for kind, command in c.HUMAN_COMMANDS.items()}


def with_handlers(cls: type) -> type:
    """Give the workflow one signal handler a command, named and described like it."""
    for kind, handler in _HANDLERS.items():
        setattr(cls, f"take_{kind}", handler)
    return cls


def content(signal: Signal) -> Any:
    """The signal's data; whatever can't be read is no command, and becomes a refused one."""
    if signal.payload is None:
        return None
    try:
        return workflow.payload_converter().from_payload(signal.payload.payload)
    except Exception:
        return "unreadable"


def from_the_api(signal: Signal, data: Any) -> Sent | None:
    """The command in the API's envelope; None for what came by hand, however much it looks like one."""
    if signal.payload is None or AUTHENTIC not in signal.payload.payload.metadata:
        return None
    envelope = read_envelope(data)
    if envelope is None:
        return None
    return Sent(signal.name, envelope.body, taken_of(envelope), envelope.expected_version)


def by_hand(name: str, data: Any, command_id: str, at: datetime) -> tuple[Sent, str | None]:
    """A command from the Temporal UI or command line, and on whose behalf it says it was sent."""
    body = dict(data) if isinstance(data, dict) else {} if data is None else data
    on_behalf_of = body.pop("on_behalf_of", None) if isinstance(body, dict) else None
    taken = Taken(actor=OPERATOR, command_id=command_id, taken_at=at)
    return Sent(name, body, taken, by_hand=True), None if on_behalf_of is None else str(on_behalf_of)[:LONGEST_ID]


def taken_of(envelope: Envelope) -> Taken:
    """Who sent an envelope, and when the API took it."""
    return Taken(actor=envelope.actor, command_id=envelope.command_id, taken_at=envelope.taken_at)
