"""Staff, passwords, sessions and API keys: who a person is and what they may be."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pwdlib import PasswordHash
from sqlalchemy import Row, Text, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from complaints.orders import Recipient
from complaints.values import Actor
from complaints.vocabulary import ActorKind, Role
from records.database import Database, holds
from records.tables import api_key, session, staff

Result = TypeVar("Result")

SESSION_LASTS = timedelta(hours=12)
LOCKED_AFTER = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
"""Hashing takes as long as the password; nobody may keep the desk busy with it."""

HASHER = PasswordHash.recommended()
HASHING = ThreadPoolExecutor(4, thread_name_prefix="argon2")
"""Each hash takes 64 MB while it is made: a flood of logins waits here instead of filling the memory."""

NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe())
"""Checked when there is no such login, so that the answer takes as long."""


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A person of the department."""

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    department: str | None
    must_change: bool = False
    csrf: str = ""

    def actor(self) -> Actor:
        """This person as the rules know them."""
        return Actor(kind=ActorKind.STAFF, id=self.id, roles=self.roles, department=self.department)


class WrongPassword(Exception):
    """Login or password is wrong, or the account is locked: which of them is not said."""


class WeakPassword(Exception):
    """The new password is too short, or the old one again."""


def staff_of(row: Row[Any], csrf: str = "") -> Staff:
    """The person of a row."""
    return Staff(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=tuple(Role(role) for role in row.roles),
        department=row.department,
        must_change=row.must_change,
        csrf=csrf,
    )


def digest(token: str) -> bytes:
    """What is kept of a secret that is long and random."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


async def authenticate(database: Database, login: str, password: str) -> Staff:
    """The person with this password; raises WrongPassword, and locks after five failures in a row."""
    if not (holds(login) and _usable(password)):
        raise WrongPassword
    async with database.transaction() as connection:
        row = (await connection.execute(select(staff).where(staff.c.login == login))).one_or_none()
    right = await _off_the_loop(HASHER.verify, password, row.password_hash if row else NOBODYS_HASH)
    if row is None or not row.active:
        raise WrongPassword
    async with database.transaction() as connection:
        comes_in = await _comes_in(connection, row.id, right)
    if not comes_in:
        raise WrongPassword
    return staff_of(row)


async def _off_the_loop(work: Callable[..., Result], *given: str) -> Result:
    return await asyncio.get_running_loop().run_in_executor(HASHING, work, *given)


async def _comes_in(connection: AsyncConnection, staff_id: str, right: bool) -> bool:
    """Whether the door opens; asked after the hashing, so that guesses sent all at once meet the lock too."""
    wanted = select(staff.c.locked_until).where(staff.c.id == staff_id).with_for_update()
    until = (await connection.execute(wanted)).scalar_one()
    if not right or (until is not None and until > datetime.now(UTC)):
        await _count_failure(connection, staff_id)
        return False
    cleared = {"failed_logins": 0, "locked_until": None}
    await connection.execute(update(staff).where(staff.c.id == staff_id).values(**cleared))
    return True


def _usable(password: str) -> bool:
    return holds(password) and len(password) <= LONGEST_PASSWORD


async def _count_failure(connection: AsyncConnection, staff_id: str) -> None:
    counting = update(staff).where(staff.c.id == staff_id).values(failed_logins=staff.c.failed_logins + 1)
    failures = (await connection.execute(counting.returning(staff.c.failed_logins))).scalar_one()
    if failures >= LOCKED_AFTER:
        until = {"locked_until": func.clock_timestamp() + LOCKED_FOR, "failed_logins": 0}
        await connection.execute(update(staff).where(staff.c.id == staff_id).values(**until))


async def change_password(database: Database, person: Staff, old: str, new: str) -> None:
    """Set a new password; every session of the person ends. Raises WrongPassword or WeakPassword."""
    if len(new) < SHORTEST_PASSWORD or new == old or not _usable(new):
        raise WeakPassword
    await authenticate(database, person.login, old)
    hashed = await _off_the_loop(HASHER.hash, new)
    async with database.transaction() as connection:
        changing = update(staff).where(staff.c.id == person.id)
        await connection.execute(changing.values(password_hash=hashed, must_change=False))
        ending = update(session).where(session.c.staff_id == person.id, session.c.ended_at.is_(None))
        await connection.execute(ending.values(ended_at=func.clock_timestamp()))


async def reset_password(database: Database, login: str) -> str | None:
    """A new password that works once, for who lost theirs: the lock and every session end. None for no such login."""
    password = one_time_password()
    hashed = await _off_the_loop(HASHER.hash, password)
    values = {"password_hash": hashed, "must_change": True, "failed_logins": 0, "locked_until": None}
    async with database.transaction() as connection:
        changing = update(staff).where(staff.c.login == login, staff.c.active).values(**values)
        person = (await connection.execute(changing.returning(staff.c.id))).scalar_one_or_none()
        ending = update(session).where(session.c.staff_id == person, session.c.ended_at.is_(None))
        await connection.execute(ending.values(ended_at=func.clock_timestamp()))
    return password if person else None


def one_time_password() -> str:
    """A password to be changed at once."""
    return secrets.token_urlsafe(9)


async def open_session(connection: AsyncConnection, person: Staff) -> tuple[str, str]:
    """A new session's token for the cookie, and the secret its forms must carry."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    values = {"token_hash": digest(token), "staff_id": person.id, "csrf": csrf}
    expires = func.clock_timestamp() + SESSION_LASTS
    await connection.execute(insert(session).values(**values, expires_at=expires))
    return token, csrf


async def of_session(connection: AsyncConnection, token: str) -> Staff | None:
    """Whose session this is; None where it has ended."""
    wanted = (
        select(staff, session.c.csrf)
        .join(session, session.c.staff_id == staff.c.id)
        .where(
            session.c.token_hash == digest(token),
            session.c.ended_at.is_(None),
            session.c.expires_at > func.clock_timestamp(),
            staff.c.active,
        )
    )
    row = (await connection.execute(wanted)).one_or_none()
    return staff_of(row, row.csrf) if row else None


async def end_session(connection: AsyncConnection, token: str) -> None:
    """Log out."""
    ending = update(session).where(session.c.token_hash == digest(token))
    await connection.execute(ending.values(ended_at=func.clock_timestamp()))


async def create_api_key(connection: AsyncConnection, name: str, staff_id: str, lasts: timedelta) -> str:
    """A key with the rights of a person; its secret is shown only now."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    values = {"id": key_id, "name": name, "key_hash": digest(secret), "staff_id": staff_id}
    await connection.execute(insert(api_key).values(**values, expires_at=func.clock_timestamp() + lasts))
    return f"desk_{key_id}_{secret}"


async def of_api_key(connection: AsyncConnection, token: str) -> Staff | None:
    """Whose rights an API key has; None where it is none, has expired or was taken back."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != "desk" or not holds(token):
        return None
    wanted = (
        select(staff)
        .join(api_key, api_key.c.staff_id == staff.c.id)
        .where(
            api_key.c.id == parts[1],
            api_key.c.key_hash == digest(parts[2]),
            api_key.c.revoked_at.is_(None),
            api_key.c.expires_at > func.clock_timestamp(),
            staff.c.active,
        )
    )
    row = (await connection.execute(wanted)).one_or_none()
    return staff_of(row) if row else None


async def who_is(connection: AsyncConnection, staff_id: str) -> Actor | None:
    """A staff id as the rules know the person."""
    if not holds(staff_id):
        return None
    wanted = select(staff).where(staff.c.id == staff_id, staff.c.active)
    row = (await connection.execute(wanted)).one_or_none()
    return staff_of(row).actor() if row else None


@dataclass(frozen=True)
class Listed:
    """Where one of the staff is reached, and the name shown."""

    name: str
    email: str


async def directory(connection: AsyncConnection, ids: Collection[str]) -> dict[str, Listed]:
    """The entries of these; nobody's who has left."""
    held = [each for each in ids if holds(each)]
    wanted = select(staff.c.id, staff.c.name, staff.c.email).where(staff.c.id.in_(held), staff.c.active)
    return {row.id: Listed(row.name, row.email) for row in await connection.execute(wanted)}


async def names(connection: AsyncConnection, staff_ids: Sequence[str]) -> dict[str, str]:
    """What people are called, by their ids; whoever isn't there is left out."""
    wanted = select(staff.c.id, staff.c.name).where(staff.c.id.in_([each for each in staff_ids if holds(each)]))
    return {row.id: row.name for row in await connection.execute(wanted)}


REACHED = (
    select(staff.c.id, staff.c.email, staff.c.roles, staff.c.department)
    .where(
        staff.c.active,
        or_(
            staff.c.id == any_(bindparam("ids", type_=ARRAY(Text))),
            staff.c.roles.overlap(bindparam("roles", type_=ARRAY(Text))),
        ),
    )
    .order_by(staff.c.id)
)


async def recipients(
    connection: AsyncConnection, wanted: Sequence[Recipient]
) -> dict[Recipient, list[tuple[str, str]]]:
    """Ids and mail addresses for each: of the named person, else of everybody in the role (and department)."""
    ids = [each.staff_id for each in wanted if each.staff_id is not None]
    roles = [each.role.value for each in wanted if each.staff_id is None and each.role is not Role.CUSTOMER]
    rows = (await connection.execute(REACHED, {"ids": ids, "roles": roles})).all() if ids or roles else ()
    return {each: [(row.id, row.email) for row in rows if _is_meant(each, row)] for each in wanted}


def _is_meant(wanted: Recipient, row: Any) -> bool:
    if wanted.staff_id is not None:
        return bool(row.id == wanted.staff_id)
    return wanted.role.value in row.roles and (wanted.department is None or row.department in (wanted.department, None))
