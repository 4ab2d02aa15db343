"""Migrations: from nothing to this release, as often and by as many as you like."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from records.migrate import upgrade
from records.tables import metadata
from tests.world.recording import execute


def tables(url: str) -> set[str]:
    found = execute(url, "select table_name from information_schema.tables where table_schema = 'public'")
    return {name for (name,) in found}


def test_an_empty_database_gets_every_table(empty_url: str) -> None:
    upgrade(empty_url)
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}


def test_a_second_run_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    execute(empty_url, "insert into counter values ('k', 7)")
    upgrade(empty_url)
    assert execute(empty_url, "select value from counter") == [(7,)]


def test_several_at_once_make_it_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as together:
        assert list(together.map(upgrade, [empty_url] * 4)) == [None] * 4
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}
    assert execute(empty_url, "select count(*) from alembic_version") == [(1,)]


def test_the_database_is_what_the_tables_say(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_table_and_column_says_what_it_is_for() -> None:
    for table in metadata.tables.values():
        assert table.comment, table.name
        assert [f"{table.name}.{each.name}" for each in table.columns if not each.comment] == []


def test_every_instant_is_kept_with_its_zone(postgres_url: str) -> None:
    naive = "select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type"
    assert execute(postgres_url, f"{naive} = 'timestamp without time zone'") == []


@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {}"])
@pytest.mark.parametrize("table", ["journal", "policy_version", "policy_publication"])
def test_what_is_written_stays_written(postgres_url: str, table: str, statement: str) -> None:
    """Even with an empty table: the refusal is of the statement, not of the row."""
    column = {"journal": "kind"}.get(table, "version")
    with pytest.raises(Exception, match="append-only"):
        execute(postgres_url, statement.format(table, column, column))
