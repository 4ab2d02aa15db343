"""A complaint about to become a case: what was asked for, checked, as a workflow's start and as a row."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from api.errors import DoorError
from complaints.commands import Register, Respond
from complaints.facts import Arrived
from complaints.guards.intake import ROUNDING
from complaints.turn import Taken, arrive, take
from complaints.values import Actor, Arrival, Contact
from complaints.vocabulary import Channel
from policies import Policy
from policies.calendars import Calendar
from records.cases import Opening
from workflows.messages import CaseStart, Envelope
from workflows.reading import read_command

OLDEST_ARRIVAL = timedelta(days=366)
NAMESPACE = UUID("6f1c8a2e-6d0a-5b8e-9d0e-1c0a3f5b7d21")
REGISTER = TypeAdapter(Register)
RESPOND = TypeAdapter(Respond)


class FutureArrival(Exception):
    """A complaint can't have arrived after it was entered."""


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """A complaint that reached the company, with what was done at once: the contact on the phone, the complete form."""

    policy: str
    channel: Channel
    arrival: Arrival
    arrived_at: datetime | None = None
    brand: str = ""
    response: Respond | None = None
    registration: Register | None = None

    def contact(self) -> Contact:
        """The contact given on arrival, else the form's."""
        if self.registration and self.arrival.contact == Contact():
            return self.registration.form.contact
        return self.arrival.contact


def command_id(caller: str, case_id: str, key: str) -> str:
    """The id of a command: the same caller, case and key always give the same."""
    return str(uuid5(NAMESPACE, json.dumps([caller, case_id, key])))


def check_channel(new: NewComplaint, policy: Policy) -> None:
    """The policy must have the channel open (SOP-1.1, APP-1.1)."""
    open_ones = policy.document.channels
    if new.channel not in open_ones:
        raise DoorError(422, "invalid", f"This policy's channels are: {', '.join(open_ones)}.", ("body.channel",))


def check_at_once(start: CaseStart) -> None:
    """What came with the arrival is taken by the rules now, or nothing is: a form must not be lost unseen."""
    at = start.opened_at
    opened = Taken(actor=start.opened_by, command_id=start.opening_id, taken_at=at)
    case = arrive(start.number, start.arrived, opened, at).case
    for envelope in start.at_once:
        kind = str(envelope.body["kind"])
        taken = Taken(actor=envelope.actor, command_id=envelope.command_id, taken_at=at)
        turn = take(case, read_command(kind, envelope.body), taken, at, start.rules)
        if turn.refused is not None:
            fields = tuple(f"body.{kind}.{each}" for each in turn.refused.fields)
            raise DoorError(422, turn.refused.code, turn.refused.message, fields)
        case = turn.case


def arrival_of(new: NewComplaint, at: datetime) -> datetime:
    """When it arrived: as given, else now, or when it was answered on the phone before it was entered."""
    if new.arrived_at is not None:
        return new.arrived_at
    return min(new.response.contacted_at, at) if new.response else at


def check_arrival(new: NewComplaint, at: datetime) -> None:
    """An arrival may be entered late, never early; both instants are kept (SOP-1.1). A contact lies in between."""
    _check_response(new, at)
    if new.arrived_at is None:
        return
    if new.arrived_at > at:
        raise FutureArrival
    if new.arrived_at < at - OLDEST_ARRIVAL:
        says = f"An arrival lies at most {OLDEST_ARRIVAL.days} days back."
        raise DoorError(422, "invalid", says, ("body.arrived_at",))


def _check_response(new: NewComplaint, at: datetime) -> None:
    if new.response is None:
        return
    arrived = arrival_of(new, at)
    if not arrived - ROUNDING < new.response.contacted_at <= at or at - arrived > OLDEST_ARRIVAL:
        raise DoorError(
            422, "invalid", "A contact lies between the complaint's arrival and now.", ("body.respond.contacted_at",)
        )


def as_data(new: NewComplaint) -> dict[str, Any]:
    rest = asdict(replace(new, registration=None, response=None))
    return {**rest, **{body["kind"]: body for body in _at_once(new)}}


def _at_once(new: NewComplaint) -> list[dict[str, Any]]:
    """The bodies of the commands that came with the arrival, in the order they are applied."""
    found = []
    if new.response is not None:
        found.append(RESPOND.dump_python(new.response, mode="json"))
    if new.registration is not None:
        found.append(REGISTER.dump_python(new.registration, mode="json"))
    return found


def case_start(
    new: NewComplaint, policy: Policy, case_id: str, number: str, actor: Actor, at: datetime, opening_id: str,
    calendar: Calendar | None = None,
) -> CaseStart:  # fmt: skip
    arrival = replace(new.arrival, contact=new.contact())
    at_once = tuple(
        Envelope(
            command_id=str(uuid5(NAMESPACE, f"{opening_id}/{body['kind']}")), actor=actor, taken_at=at, body=body
        )
        for body in _at_once(new)
    )
    return CaseStart(
        case_id=case_id,
        number=number,
        policy=policy.key,
        policy_version=policy.version,
        rules=policy.rules(at, calendar, arrival_of(new, at)),
        arrived=Arrived(channel=new.channel, arrived_at=arrival_of(new, at), brand=new.brand, private=arrival),
        opened_by=actor,
        opened_at=at,
        opening_id=opening_id,
        at_once=at_once,
    )


def opening_row(new: NewComplaint, start: CaseStart, caller: str, key: str, digest: str, start_input: str) -> Opening:
    form = new.registration.form if new.registration else None
    return Opening(
        case_id=start.case_id,
        number=start.number,
        policy=start.policy,
        policy_version=start.policy_version,
        brand=new.brand,
        channel=new.channel.value,
        arrived_at=start.arrived.arrived_at,
        opened_at=start.opened_at,
        opened_by=start.opened_by.id,
        caller=caller,
        idempotency_key=key,
        request_hash=digest,
        start_input=start_input,
        contact=asdict(new.contact()),
        description=f"{form.description}\n{form.demand}" if form else new.arrival.text,
        order_number=form.order_number if form else "",
    )
