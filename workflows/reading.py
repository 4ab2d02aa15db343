"""From loose data to commands: a body that doesn't fit becomes a refusal naming each field, never an exception."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from complaints.commands import HUMAN_COMMANDS, HumanCommand
from complaints.errors import Refused
from workflows.messages import Envelope

_COMMAND: TypeAdapter[HumanCommand] = TypeAdapter(Annotated[HumanCommand, Field(discriminator="kind")])
_ENVELOPE = TypeAdapter(Envelope)


def read_command(kind: str, body: Any) -> HumanCommand:
    """The command of this kind in a loose body; `Refused` names the fields that don't fit."""
    if kind not in HUMAN_COMMANDS:
        raise Refused("unknown_command", "There is no such command; the chart lists them all.")
    if not isinstance(body, dict):
        raise Refused("bad_body", "A command's body is a JSON object.", "body")
    try:
        return _COMMAND.validate_python({**body, "kind": kind})
    except ValidationError as error:
        raise bad_body(error) from None


def read_envelope(data: Any) -> Envelope | None:
    """The API's envelope; None where the data are no envelope."""
    try:
        return _ENVELOPE.validate_python(data)
    except ValidationError:
        return None


def bad_body(error: ValidationError) -> Refused:
    """A refusal that names the fields and rules, and repeats none of the values."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    paths = [".".join(str(part) for part in each["loc"][1:]) for each in found]
    rules = "; ".join(f"{path}: {each['msg']}" for path, each in zip(paths, found, strict=True))
    return Refused("bad_body", f"The command doesn't fit: {rules}"[:500], *paths[:20])
