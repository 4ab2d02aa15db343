"""The stories as data: what a story and its acts look like, and everything wrong with them named by its place."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter

from complaints.commands import HUMAN_COMMANDS
from complaints.facts import FACTS
from complaints.values import Contact
from complaints.vocabulary import Channel, Closing, CustomerKind, Grade, Indicator, LiableParty, Matter
from policies.demo import scaled

STORIES = Path(__file__).with_name("stories")
Span = Annotated[float, BeforeValidator(lambda text: scaled(text).total_seconds())]
"""Seconds of the demo, written as the hours and days they stand for."""


class Section(BaseModel):
    """A part of the stories: frozen, and without room for a misprint."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Act(BaseModel):
    """Somebody does something, or all wait `until` the record holds a fact; what isn't named here goes with it.

    `after` is how long the person lets pass first. `refused` is the code with which the desk must say no.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    do: str = ""
    until: str = ""
    who: str = ""
    after: Span = 0.0
    refused: str = ""

    @property
    def given(self) -> dict[str, Any]:
        """The fields of the command, or those the fact must have."""
        return dict(self.model_extra or {})


class Form(Section):
    """What the registration form says beside the contact."""

    description: str
    demand: str
    order_number: str = ""
    product: str = ""
    earlier_contact: str = ""
    evidence: tuple[str, ...] = ()
    account: str = ""
    core_demand: str = ""
    occurred_at: datetime | None = None
    customer_kind: CustomerKind = CustomerKind.PERSON
    company: str = ""


class Liable(Section):
    """Who has to answer for it."""

    party: LiableParty
    department: str


class Story(Section):
    """One complaint: who complains of what, what everybody does, and how it must end.

    `policy` is that of the file it stands in.
    """

    key: str
    policy: str
    title: str
    matter: Matter = Matter.COMPLAINT
    channel: Channel
    category: str
    grade: Grade
    indicators: tuple[Indicator, ...] = ()
    customer: Contact
    refuses_mail: bool = False
    says: str
    form: Form
    liable: Liable
    at_once: tuple[str, ...] = ("respond", "register")
    acts: tuple[Act, ...]
    ends: Closing
    misses: tuple[str, ...] = ()


class MistakenStories(ValueError):
    """The stories can't be played as written."""


def told() -> tuple[str, ...]:
    """The policies of which there are stories."""
    return tuple(sorted(path.stem for path in STORIES.glob("*.toml")))


@cache
def stories(policy: str) -> tuple[Story, ...]:
    """Every story of a policy, checked whole."""
    written = tomllib.loads((STORIES / f"{policy}.toml").read_text("utf-8"))["stories"]
    read = TypeAdapter(tuple[Story, ...]).validate_python([{**each, "policy": policy} for each in written])
    found = [f"{story.key}.{each}" for story in read for each in _mistakes(story)]
    if len({story.key for story in read}) < len(read):
        found.append("a key is used twice")
    if found:
        raise MistakenStories("\n".join(found))
    return read


def _mistakes(story: Story) -> Iterator[str]:
    for place, act in enumerate(story.acts):
        if bool(act.do) == bool(act.until):
            yield f"acts.{place}: either does something or waits for something"
        if act.do and act.do not in HUMAN_COMMANDS:
            yield f"acts.{place}.do: no such command: {act.do}"
        if act.until and act.until not in FACTS:
            yield f"acts.{place}.until: no such fact: {act.until}"
