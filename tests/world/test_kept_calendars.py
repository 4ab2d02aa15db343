"""Calendars in the record: each version once and for ever, the newest for new cases, and what extends it follows."""

import pytest

from policies import calendars
from policies.calendars import Calendar
from records.calendars import keep, newest, version
from records.database import Database
from tests.world.recording import execute

SHOP = """
[calendar]
key = "shop"
version = "1"
title = { zh = "门店", en = "Shop" }
state = "company"
extends = "cn"
"""


def announced(calendar: Calendar) -> Calendar:
    """China's calendar after one more notice."""
    text = (calendars.HERE / "cn.toml").read_text("utf-8")
    more = '{ from = 2027-01-01, to = 2027-01-03, zh = "元旦", en = "New Year\'s Day" },\n]\nworked'
    text = text.replace("provisional_from = 2027-01-01", "provisional_from = 2028-01-01")
    return calendars.read("cn", text.replace("]\nworked", more, 1))


async def test_a_version_is_kept_once_and_read_as_it_was(database: Database) -> None:
    cn = calendars.load("cn")
    async with database.transaction() as connection:
        assert await keep(connection, cn) == (cn,)
        assert await keep(connection, cn) == ()
        assert await version(connection, "cn", cn.version) == cn
        assert await version(connection, "cn", "another") is None


async def test_the_one_loaded_last_is_the_one_for_new_cases(database: Database) -> None:
    cn = calendars.load("cn")
    for each in (cn, announced(cn), cn):
        async with database.transaction() as connection:
            await keep(connection, each)
    async with database.transaction() as connection:
        assert (await newest(connection))["cn"] == announced(cn), "an old one that comes again stays old"
        assert await version(connection, "cn", cn.version) == cn


async def test_what_extends_a_calendar_gets_a_new_version_with_it(database: Database) -> None:
    cn = calendars.load("cn")
    async with database.transaction() as connection:
        await keep(connection, cn)
        shop = calendars.read("shop", SHOP, await newest(connection))
        await keep(connection, shop)
    async with database.transaction() as connection:
        kept = await keep(connection, announced(cn))
        followed = (await newest(connection))["shop"]
    assert [each.key for each in kept] == ["cn", "shop"]
    assert followed.version != shop.version
    assert followed.base == announced(cn)


@pytest.mark.parametrize("statement", ["update calendar_version set version = 'x'", "delete from calendar_version"])
async def test_what_deadlines_were_reckoned_by_is_never_changed(database: Database, statement: str) -> None:
    async with database.transaction() as connection:
        await keep(connection, calendars.load("always"))
    with pytest.raises(Exception, match="append-only"):
        execute(str(database.engine.url.render_as_string(hide_password=False)), statement)
