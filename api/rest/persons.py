"""Persons of the staff named in what comes in: there must be such, or nobody could be reached, or kept out of it."""

from typing import Any

from api.errors import FieldProblem, named
from api.tools import Tools
from records import people

PERSONS = ("staff_id", "lead", "involved")
"""Fields of commands that name somebody of the staff, or several."""


async def strangers(desk: Tools, body: dict[str, Any], path: str = "body") -> list[FieldProblem]:
    """The fields that name somebody who isn't there."""
    given = {name: _ids(body[name]) for name in PERSONS if body.get(name)}
    if not given:
        return []
    async with desk.database.transaction() as connection:
        known = await people.directory(connection, {each for ids in given.values() for each in ids})
    absent = tuple(f"{path}.{name}" for name, ids in given.items() if not ids <= set(known))
    return named(absent, "There is nobody with this id.")


def _ids(value: Any) -> set[str]:
    found = value if isinstance(value, list | tuple) else [value]
    return {str(each) for each in found}
