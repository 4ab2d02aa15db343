"""Persons of the staff named in what comes in: there must be such, or the name would say nothing (DSP-1.4)."""

from collections.abc import Collection

from fastapi import Request

from api.errors import DoorError
from api.tools import tools
from records import people


async def check(request: Request, ids: Collection[str], field: str) -> None:
    """Refuse ids that are nobody's."""
    if not ids:
        return
    async with tools(request).database.transaction() as connection:
        known = await people.directory(connection, ids)
    unknown = sorted(set(ids) - set(known))
    if unknown:
        raise DoorError(422, "invalid", f"There is nobody with this id: {', '.join(unknown)}.", (field,))
