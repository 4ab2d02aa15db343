"""The policies a desk offers, each at the version new cases get: what was published last, else what was shipped.

Asked in the transaction that needs the answer, so a version is in force from the moment it was published; reading and
checking one is done once, for a version never changes. The same goes for the calendars policies are reckoned by.
"""

from collections.abc import Sequence
from typing import Any

from complaints.vocabulary import Unit
from policies import Policy, load, restored
from policies.calendars import Calendar
from records import calendars
from records import policies as kept
from records.database import Connection, holds

KEPT_READ = 50


class NoSuchPolicy(Exception):
    """This deployment has no policy of that key, or not at that version."""


class Shelf:
    """What one process knows of the policies on offer."""

    def __init__(self, shipped: Sequence[str]) -> None:
        self._shipped = tuple(shipped)
        self._policies: dict[tuple[str, str], Policy] = {}
        self._calendars: dict[tuple[str, str], Calendar] = {}

    async def newest(self, connection: Connection, key: str) -> Policy:
        """The policy as new cases get it; raises NoSuchPolicy."""
        if not holds(key):
            raise NoSuchPolicy(key)
        version = await kept.newest(connection, key)
        if version is not None:
            return await self._published(connection, key, version)
        if key not in self._shipped:
            raise NoSuchPolicy(key)
        return load(key)

    async def all(self, connection: Connection) -> list[Policy]:
        """Every policy on offer, by its key."""
        keys = {*self._shipped, *await kept.published(connection)}
        return [await self.newest(connection, key) for key in sorted(keys)]

    async def at(self, connection: Connection, key: str, version: str) -> Policy:
        """A policy at a version that was published or is shipped; raises NoSuchPolicy."""
        if not (holds(key) and holds(version)):
            raise NoSuchPolicy(key, version)
        if key in self._shipped and load(key).version == version:
            return load(key)
        return await self._published(connection, key, version)

    async def calendar(self, connection: Connection, policy: Policy) -> Calendar | None:
        """The calendar a policy is reckoned by, the newest this record keeps; None where it needs or has none."""
        if all(each.unit is Unit.NATURAL for each in policy.document.limits.values()):
            return None
        key = policy.document.policy.calendar.value
        version = await calendars.newest_version(connection, key)
        if version is not None and (key, version) not in self._calendars:
            found = await calendars.version(connection, key, version)
            assert found is not None, "a version is never taken back"
            _put(self._calendars, (key, version), found)
        return self._calendars[key, version] if version else None

    async def _published(self, connection: Connection, key: str, version: str) -> Policy:
        if (key, version) not in self._policies:
            texts = await kept.texts(connection, key, version)
            if texts is None:
                raise NoSuchPolicy(key, version)
            templates = await kept.templates(connection, key, version)
            _put(self._policies, (key, version), restored(key, texts[0], templates))
        return self._policies[key, version]


def _put(known: dict[tuple[str, str], Any], version: tuple[str, str], found: Any) -> None:
    if len(known) >= KEPT_READ:
        known.clear()
    known[version] = found
