"""The documents as data: one TOML file each, loaded whole or refused with every mistake named by its path."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from complaints.errors import PolicyMistake
from complaints.numbering import counter_key, number
from complaints.policy import Rules
from complaints.vocabulary import Channel
from policies import demo
from policies.calendars import Calendar
from policies.compiling import compile_rules
from policies.document import Document
from policies.mistakes import mistakes

HERE = Path(__file__).parent
LARGEST_RULES = 8 * 1024
"""Bytes the compiled rules may have: they travel in every case's workflow input."""

COMMON = "common"
"""The templates every policy has, unless it words one anew."""

RULES = TypeAdapter(Rules)


@dataclass(frozen=True)
class Policy:
    """One policy at one version: the file's content, its rules, its texts."""

    document: Document
    body: dict[str, Any]
    templates: dict[str, Any]

    @property
    def key(self) -> str:
        return self.document.policy.key

    @cached_property
    def version(self) -> str:
        """The author's version and a digest of the content, so that no change goes unnoticed."""
        content = json.dumps([self.body, self.templates], sort_keys=True, ensure_ascii=False, default=str)
        return f"{self.document.policy.version}-{sha256(content.encode()).hexdigest()[:8]}"

    def rules(
        self, opened_at: datetime, calendar: Calendar | None = None, arrived_at: datetime | None = None
    ) -> Rules:
        """The rules a case opened at that instant is judged by; with the shipped calendar unless another is given.

        Where it arrived before that, the calendar begins with the arrival.
        """
        return compile_rules(self.document, opened_at, calendar, arrived_at)

    def day(self, at: datetime) -> date:
        """The calendar day at that instant where the policy applies."""
        return at.astimezone(ZoneInfo(self.document.policy.zone.value)).date()

    def counter(self, at: datetime, channel: Channel) -> str:
        """The key of the running number for complaints opened at that instant, by that channel."""
        return counter_key(self.document.numbers.complaint.value, self.day(at), self._code(channel))

    def number(self, at: datetime, serial: int, channel: Channel) -> str:
        """The complaint number for that instant, running number and channel (SOP-1.3, WKS-1.1)."""
        return number(self.document.numbers.complaint.value, self.day(at), serial, self._code(channel))

    def revisit_counter(self, at: datetime) -> str:
        """The key of the running number for revisits called for at that instant."""
        return counter_key(self.document.numbers.revisit.value, self.day(at))

    def revisit_number(self, at: datetime, serial: int) -> str:
        """The number of a revisit called for at that instant (SVC-4.1)."""
        return number(self.document.numbers.revisit.value, self.day(at), serial)

    def _code(self, channel: Channel) -> str:
        found = self.document.channels.get(channel)
        return found.code if found else ""


def keys(*, with_demo: bool = False) -> tuple[str, ...]:
    """The keys of all shipped policies; with their demos' too where a deployment is set to offer them."""
    shipped = sorted(path.stem for path in HERE.glob("*.toml"))
    return tuple(sorted([*shipped, *map(demo.key_of, shipped)] if with_demo else shipped))


@cache
def load(key: str) -> Policy:
    """A shipped policy; KeyError where there is none, PolicyMistake where it has mistakes."""
    if key not in keys(with_demo=True):
        raise KeyError(key)
    original = demo.original(key)
    words = {"templates": {**_templates(COMMON), **_templates(original or key)}}
    if original:
        return _checked(key, demo.hurried(load(original).body), words)
    return _checked(key, _parsed(key, (HERE / f"{key}.toml").read_text("utf-8")), words)


def _templates(name: str) -> dict[str, Any]:
    """The notice templates of a file; a policy's own go before the common ones."""
    path = HERE / "templates" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))["templates"] if path.exists() else {}


def shipped_templates(key: str) -> str:
    """The templates a shipped policy has of its own, as they are written; empty where it has none."""
    file = HERE / "templates" / f"{demo.original(key) or key}.toml"
    return file.read_text("utf-8") if key in keys(with_demo=True) and file.exists() else ""


def read(key: str, text: str, templates: str = "", kept: Mapping[str, Calendar] | None = None) -> Policy:
    """A policy from its text, with templates of its own; raises PolicyMistake with every mistake by its path.

    `kept` are a deployment's calendars, which go before the shipped ones.
    """
    own = _parsed(key, templates).get("templates", {})
    return _checked(key, _parsed(key, text), {"templates": {**_templates(COMMON), **own}}, kept)


def restored(key: str, text: str, templates: dict[str, Any]) -> Policy:
    """A policy as it was kept: its file, and all the templates it had, whatever the common ones are by now."""
    body = _parsed(key, text)
    return Policy(_document(key, body), body, templates)


def _parsed(key: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyMistake(key, (f"not TOML: {error}",)) from None
    except RecursionError:
        raise PolicyMistake(key, ("not TOML: nested too deeply",)) from None


def _document(key: str, body: dict[str, Any]) -> Document:
    try:
        return Document.model_validate(body)
    except ValidationError as error:
        raise PolicyMistake(key, tuple(_by_path(each) for each in error.errors())) from None


def _checked(
    key: str, body: dict[str, Any], words: dict[str, Any], kept: Mapping[str, Calendar] | None = None
) -> Policy:
    document = _document(key, body)
    found = list(mistakes(document))
    policy = Policy(document, body, words.get("templates", words))
    if not found:
        rules = policy.rules(datetime(2026, 1, 1, tzinfo=UTC), (kept or {}).get(document.policy.calendar.value))
        size = len(RULES.dump_json(rules, exclude_defaults=True))
        found = [f"policy: its rules have {size} bytes, at most {LARGEST_RULES}"] if size > LARGEST_RULES else []
    if found:
        raise PolicyMistake(key, tuple(found))
    return policy


def _by_path(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"]) + f": {error['msg']}"
