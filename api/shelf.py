"""The policies a desk offers, each at the version new cases get: what was published last, else what was shipped.

Asked in the transaction that needs the answer, so a version is in force from the moment it was published; reading and
checking one is done once, for a version never changes.
"""

from collections.abc import Sequence

from policies import Policy, load, read
from records import policies as kept
from records.database import Connection

KEPT_READ = 50


class NoSuchPolicy(Exception):
    """This deployment has no policy of that key, or not at that version."""


class Shelf:
    """What one process knows of the policies on offer."""

    def __init__(self, shipped: Sequence[str]) -> None:
        self._shipped = tuple(shipped)
        self._read: dict[tuple[str, str], Policy] = {}

    async def newest(self, connection: Connection, key: str) -> Policy:
        """The policy as new cases get it; raises NoSuchPolicy."""
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
        if key in self._shipped and load(key).version == version:
            return load(key)
        return await self._published(connection, key, version)

    async def _published(self, connection: Connection, key: str, version: str) -> Policy:
        known = self._read.get((key, version))
        if known is not None:
            return known
        texts = await kept.texts(connection, key, version)
        if texts is None:
            raise NoSuchPolicy(key, version)
        if len(self._read) >= KEPT_READ:
            self._read.clear()
        policy = self._read[key, version] = read(key, *texts)
        return policy
