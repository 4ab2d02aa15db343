"""The first accounts: one a role, and a head and an executor a department, each with a password of one use."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from complaints.vocabulary import Role
from records.people import HASHER, one_time_password
from records.tables import staff


@dataclass(frozen=True)
class Seeded:
    """A seeded account with the password that has to be changed at once."""

    login: str
    role: str
    password: str


@dataclass(frozen=True)
class Seed:
    """An account to be made."""

    login: str
    name: str
    role: Role
    department: str | None = None


SEEDS: Sequence[Seed] = (
    Seed("agent-1", "客服专员", Role.AGENT, "customer_service"),
    Seed("supervisor-1", "售后主管", Role.SUPERVISOR, "customer_service"),
    Seed("director-1", "售后总监", Role.DIRECTOR),
    Seed("executive-1", "企业负责人", Role.EXECUTIVE),
    Seed("product-head", "产品部门负责人", Role.DEPARTMENT_HEAD, "product"),
    Seed("product-executor", "产品专员", Role.EXECUTOR, "product"),
    Seed("logistics-head", "物流部门负责人", Role.DEPARTMENT_HEAD, "logistics"),
    Seed("logistics-executor", "物流专员", Role.EXECUTOR, "logistics"),
    Seed("service-head", "客服部门负责人", Role.DEPARTMENT_HEAD, "customer_service"),
    Seed("service-executor", "客服执行专员", Role.EXECUTOR, "customer_service"),
    Seed("revisit-1", "回访专员", Role.REVISIT_SPECIALIST, "customer_service"),
    Seed("engineer-1", "运维工程师", Role.ENGINEER),
    Seed("admin-1", "系统管理员", Role.ADMIN),
)
"""Everybody the default policy needs."""


def seeds(departments: Mapping[str, str]) -> tuple[Seed, ...]:
    """All accounts, with those of further departments (key and name); nobody is made for one that has somebody."""
    staffed, taken = {each.department for each in SEEDS}, {each.login for each in SEEDS}
    more = (
        Seed(_login(key, post, taken), f"{name}{title}", role, key)
        for key, name in departments.items()
        if key not in staffed
        for post, title, role in POSTS
    )
    return (*SEEDS, *more)


def _login(department: str, post: str, taken: Collection[str]) -> str:
    login = f"{department.replace('_', '-')}-{post}"
    return f"{department.replace('_', '-')}-department-{post}" if login in taken else login


POSTS = (("head", "负责人", Role.DEPARTMENT_HEAD), ("executor", "专员", Role.EXECUTOR))


def login_of(role: Role, department: str) -> str:
    """Who holds a post in a department, of the accounts made here."""
    return next(each.login for each in seeds({department: ""}) if (each.role, each.department) == (role, department))


def seed(url: str, departments: Mapping[str, str] | None = None) -> list[Seeded]:
    """Make the accounts that aren't there; passwords are random, shown once, and must be changed."""
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            return list(_made(connection, seeds(departments or {})))
    finally:
        engine.dispose()


def _made(connection: Connection, wanted: Iterable[Seed]) -> Iterable[Seeded]:
    there = set(connection.execute(select(staff.c.id)).scalars())
    for each in wanted:
        if each.login in there:
            continue
        password = one_time_password()
        # Somebody else may be seeding too: whoever comes first shows the password.
        new = insert(staff).values(**_row(each), password_hash=HASHER.hash(password)).on_conflict_do_nothing()
        if connection.execute(new.returning(staff.c.id)).one_or_none() is not None:
            yield Seeded(each.login, each.role.value, password)


def _row(each: Seed) -> dict[str, Any]:
    return {
        "id": each.login, "login": each.login, "name": each.name, "email": f"{each.login}@desk.example",
        "roles": [each.role.value], "department": each.department, "must_change": True,
    }  # fmt: skip
