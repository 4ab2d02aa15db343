"""Who somebody is: passwords, lock-out, sessions, API keys, and the accounts of a first start."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import policies
from complaints.orders import Recipient
from complaints.vocabulary import Role
from records import people, seeds
from records.database import Database
from records.people import Staff, WeakPassword, WrongPassword
from records.seeds import Seeded
from tests.world.recording import execute

NEW = "correct horse battery"


@pytest.fixture(scope="module")
def seeded(postgres_url: str) -> tuple[str, dict[str, Seeded]]:
    """The accounts of a first start: their rows, and their passwords by login. Hashing is slow, so once for all."""
    execute(postgres_url, "truncate staff")
    made = {each.login: each for each in seeds.seed(postgres_url)}
    ((rows,),) = execute(postgres_url, "select json_agg(staff)::text from staff")
    return rows, made


@pytest.fixture
async def accounts(
    seeded: tuple[str, dict[str, Seeded]], database: Database, postgres_url: str
) -> dict[str, Seeded]:
    """The seeded accounts by their login, with their passwords, as they were when made."""
    rows, made = seeded
    execute(postgres_url, "insert into staff select * from json_populate_recordset(null::staff, %s)", rows)
    return made


@pytest.fixture
async def agent(database: Database, accounts: dict[str, Seeded]) -> Staff:
    return await people.authenticate(database, "agent-1", accounts["agent-1"].password)


async def fail(database: Database, login: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            await people.authenticate(database, login, "wrong")


# ── the first start ──


async def test_a_first_start_makes_one_account_a_role_at_least(accounts: dict[str, Seeded]) -> None:
    roles = {each.role for each in accounts.values()}
    assert roles == set(Role) - {Role.CUSTOMER, Role.SYSTEM}
    assert len({each.password for each in accounts.values()}) == len(accounts)


async def test_every_department_has_a_head_and_an_executor(
    database: Database, postgres_url: str, accounts: dict[str, Seeded]
) -> None:
    rows = execute(postgres_url, "select department, unnest(roles) from staff where department is not null")
    for department in ("product", "logistics", "customer_service"):
        assert {(department, "department_head"), (department, "executor")} <= set(rows)


async def test_a_second_start_makes_none_and_shows_no_password(
    database: Database, postgres_url: str, accounts: dict[str, Seeded]
) -> None:
    before = execute(postgres_url, "select id, password_hash from staff order by id")
    assert await asyncio.to_thread(seeds.seed, postgres_url) == []
    assert execute(postgres_url, "select id, password_hash from staff order by id") == before


async def test_two_first_starts_at_once_show_each_password_once(database: Database, postgres_url: str) -> None:
    with ThreadPoolExecutor(3) as together:
        made = [each for seeded in together.map(seeds.seed, [postgres_url] * 3) for each in seeded]
    assert len(made) == len({each.login for each in made}) == len(seeds.SEEDS)
    for each in made[:2]:
        assert (await people.authenticate(database, each.login, each.password)).login == each.login


# ── passwords ──


async def test_a_seeded_password_works_and_must_be_changed(database: Database, agent: Staff) -> None:
    assert agent.must_change
    assert agent.actor().roles == (Role.AGENT,)
    assert agent.actor().department == "customer_service"


@pytest.mark.parametrize(
    ("login", "password"),
    [("agent-1", "wrong"), ("nobody", "wrong"), ("agent-1", ""), ("", ""), ("agent-1\x00", "x"), ("agent-1", "\x00"),
     ("\ud800", "x"), ("agent-1", "\udfff"), ("agent-1", "x" * 100_000), ("agent-1' or ''='", "x")],
)  # fmt: skip
async def test_a_wrong_login_or_password_is_one_answer(
    database: Database, accounts: dict[str, Seeded], login: str, password: str
) -> None:
    with pytest.raises(WrongPassword) as refusal:
        await people.authenticate(database, login, password)
    assert str(refusal.value) == ""


async def test_after_five_failures_the_right_password_is_refused_too(
    database: Database, postgres_url: str, accounts: dict[str, Seeded]
) -> None:
    await fail(database, "agent-1", people.LOCKED_AFTER)
    with pytest.raises(WrongPassword):
        await people.authenticate(database, "agent-1", accounts["agent-1"].password)
    assert await people.authenticate(database, "supervisor-1", accounts["supervisor-1"].password)
    execute(postgres_url, "update staff set locked_until = clock_timestamp() - interval '1 second'")
    assert await people.authenticate(database, "agent-1", accounts["agent-1"].password)


async def test_failures_at_the_same_time_all_count(database: Database, accounts: dict[str, Seeded]) -> None:
    tries = [people.authenticate(database, "agent-1", "wrong") for _ in range(people.LOCKED_AFTER)]
    assert all(isinstance(each, WrongPassword) for each in await asyncio.gather(*tries, return_exceptions=True))
    with pytest.raises(WrongPassword):
        await people.authenticate(database, "agent-1", accounts["agent-1"].password)


async def test_guesses_sent_all_at_once_meet_the_lock_too(database: Database, accounts: dict[str, Seeded]) -> None:
    """The right one is the last of many: by the time it is checked the account has been locked by the others."""
    right = accounts["agent-1"].password
    guesses = [people.authenticate(database, "agent-1", "wrong") for _ in range(4 * people.LOCKED_AFTER)]
    answers = await asyncio.gather(*guesses, people.authenticate(database, "agent-1", right), return_exceptions=True)
    assert not any(isinstance(each, Staff) for each in answers)
    assert any(isinstance(each, WrongPassword) for each in answers)


async def test_a_login_in_between_forgets_failures(database: Database, accounts: dict[str, Seeded]) -> None:
    for _ in range(2):
        await fail(database, "agent-1", people.LOCKED_AFTER - 1)
        assert await people.authenticate(database, "agent-1", accounts["agent-1"].password)


async def test_a_new_password_replaces_the_old_and_ends_every_session(
    database: Database, agent: Staff, accounts: dict[str, Seeded]
) -> None:
    async with database.transaction() as connection:
        token, _ = await people.open_session(connection, agent)
    await people.change_password(database, agent, accounts["agent-1"].password, NEW)
    async with database.transaction() as connection:
        assert await people.of_session(connection, token) is None
    with pytest.raises(WrongPassword):
        await people.authenticate(database, "agent-1", accounts["agent-1"].password)
    assert not (await people.authenticate(database, "agent-1", NEW)).must_change


@pytest.mark.parametrize("new", ["short", "", "x" * 100_000, "\x00" * 12, "\ud800" * 12])
async def test_a_weak_password_is_refused(
    database: Database, agent: Staff, accounts: dict[str, Seeded], new: str
) -> None:
    with pytest.raises(WeakPassword):
        await people.change_password(database, agent, accounts["agent-1"].password, new)


async def test_the_same_password_again_is_refused(
    database: Database, agent: Staff, accounts: dict[str, Seeded]
) -> None:
    with pytest.raises(WeakPassword):
        await people.change_password(database, agent, accounts["agent-1"].password, accounts["agent-1"].password)


async def test_the_old_password_is_asked_for(database: Database, agent: Staff) -> None:
    with pytest.raises(WrongPassword):
        await people.change_password(database, agent, "not the old one", NEW)


async def test_a_lost_password_is_replaced_by_one_that_works_once(database: Database, agent: Staff) -> None:
    async with database.transaction() as connection:
        token, _ = await people.open_session(connection, agent)
    await fail(database, agent.login, people.LOCKED_AFTER)
    password = await people.reset_password(database, agent.login)
    assert password is not None
    assert (await people.authenticate(database, agent.login, password)).must_change
    async with database.transaction() as connection:
        assert await people.of_session(connection, token) is None
    assert await people.reset_password(database, "nobody") is None


async def test_hashing_leaves_the_loop_free(database: Database, accounts: dict[str, Seeded]) -> None:
    """Other requests go on while a password is checked."""
    turns = 0
    checking = asyncio.create_task(people.authenticate(database, "agent-1", accounts["agent-1"].password))
    while not (await asyncio.wait({checking}, timeout=0))[0]:
        turns += 1
    assert turns > 10


# ── sessions and keys ──


async def test_a_session_lasts_until_it_is_ended(database: Database, agent: Staff) -> None:
    async with database.transaction() as connection:
        token, csrf = await people.open_session(connection, agent)
        found = await people.of_session(connection, token)
        assert found is not None
        assert (found.id, found.csrf) == (agent.id, csrf)
        await people.end_session(connection, token)
        assert await people.of_session(connection, token) is None


@pytest.mark.parametrize(
    "change",
    ["update session set expires_at = clock_timestamp()", "update staff set active = false"],
)
async def test_a_session_ends_by_time_and_with_its_person(
    database: Database, postgres_url: str, agent: Staff, change: str
) -> None:
    async with database.transaction() as connection:
        token, _ = await people.open_session(connection, agent)
    execute(postgres_url, change)
    async with database.transaction() as connection:
        assert await people.of_session(connection, token) is None


async def test_an_api_key_has_the_rights_of_its_person(database: Database, agent: Staff) -> None:
    async with database.transaction() as connection:
        token = await people.create_api_key(connection, "shop", agent.id, timedelta(days=1))
        found = await people.of_api_key(connection, token)
    assert found is not None
    assert found.actor() == agent.actor()


@pytest.mark.parametrize(
    "change",
    [
        "update api_key set expires_at = clock_timestamp()",
        "update api_key set revoked_at = clock_timestamp()",
        "update staff set active = false",
    ],
)
async def test_an_api_key_ends(database: Database, postgres_url: str, agent: Staff, change: str) -> None:
    async with database.transaction() as connection:
        token = await people.create_api_key(connection, "shop", agent.id, timedelta(days=1))
    execute(postgres_url, change)
    async with database.transaction() as connection:
        assert await people.of_api_key(connection, token) is None


@pytest.mark.parametrize("token", ["", "desk", "desk__", "desk_x_y", "desk_\x00_y", "desk_x_\ud800", "other_a_b"])
async def test_what_is_no_key_is_nobody(database: Database, accounts: dict[str, Seeded], token: str) -> None:
    async with database.transaction() as connection:
        assert await people.of_api_key(connection, token) is None
        assert await people.of_session(connection, token) is None


async def test_a_person_who_left_is_nobody(database: Database, postgres_url: str, agent: Staff) -> None:
    execute(postgres_url, "update staff set active = false where id = 'agent-1'")
    async with database.transaction() as connection:
        assert await people.who_is(connection, "agent-1") is None
        assert await people.who_is(connection, "a\x00b") is None
        agents = Recipient(role=Role.AGENT)
        assert await people.recipients(connection, [agents]) == {agents: []}


# ── whom a notice reaches ──


async def test_a_notice_reaches_the_named_person_else_everybody_of_the_role(
    database: Database, accounts: dict[str, Seeded]
) -> None:
    async with database.transaction() as connection:
        wanted = (
            Recipient(role=Role.DEPARTMENT_HEAD),
            Recipient(role=Role.DEPARTMENT_HEAD, department="logistics"),
            Recipient(role=Role.AGENT, staff_id="revisit-1"),
            Recipient(role=Role.DIRECTOR, department="logistics"),
        )
        found = await people.recipients(connection, wanted)
    heads, logistics, named, directors = (found[each] for each in wanted)
    assert [each[0] for each in heads] == ["logistics-head", "product-head", "service-head"]
    assert logistics == [("logistics-head", "logistics-head@desk.example")]
    assert [each[0] for each in named] == ["revisit-1"]
    assert [each[0] for each in directors] == ["director-1"], "a person of no department serves all"


@pytest.mark.parametrize("key", policies.keys())
def test_every_department_of_a_policy_has_a_head_and_an_executor(key: str) -> None:
    """Also one whose name is that of somebody else's login."""
    departments = {name: each.zh for name, each in policies.load(key).document.departments.items()}
    made = seeds.seeds(departments)
    assert len({each.login for each in made}) == len(made)
    for name in departments:
        posts = {each.role for each in made if each.department == name}
        assert {Role.DEPARTMENT_HEAD, Role.EXECUTOR} <= posts, name
