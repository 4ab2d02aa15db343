"""The post office of the activities: notices become rows, then mails with a Message-ID of their own.

A letter's row is committed before it is sent, so a mail cut off halfway is sent again under the same Message-ID, and
one that went out is left alone however often it is asked for.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage

import aiosmtplib

from activities.addressing import Addressee, addressees
from activities.quiet import held_until
from activities.wording import Wording
from complaints.orders import Delivery, Notice, NotifyOrder, NotifyResult, RecordOrder
from complaints.vocabulary import Role
from plumbing.keys import CaseKey
from plumbing.links import customer_link
from plumbing.settings import Settings
from records import notices, people, policies
from records.database import Connection, Database
from records.notices import Outgoing

MAIL = "mail"
PERSONS = ("named_contact", "lead")
"""Values that are staff ids, and that people read as names."""
PERMANENT = range(500, 600)
CACHED_POLICIES = 50


@dataclass(frozen=True)
class Letter:
    """A notice for one recipient, noted and ready to go; `status` is what its row says."""

    notice: Notice
    outgoing: Outgoing
    status: str
    sent_at: datetime | None

    @property
    def address(self) -> str:
        return self.outgoing.message["to"]


@dataclass(frozen=True)
class Fate:
    """What the mail server made of a letter: taken, refused for good with a code, or to be tried again."""

    letter: Letter
    code: str = ""
    later: bool = False


class Post:
    """Notes letters in the caller's transaction and sends them when that is committed."""

    def __init__(self, database: Database, settings: Settings, secret: str) -> None:
        self.database = database
        self.settings = settings
        self.secret = secret
        self._wordings: dict[tuple[str, str], Wording] = {}

    # ── noting ──

    async def note(
        self, connection: Connection, key: CaseKey, order: RecordOrder | NotifyOrder
    ) -> tuple[Letter, ...]:
        """A row for each notice and recipient, urgent ones first; those already sent say so."""
        if not order.notices:
            return ()
        wording = await self._wording(connection, order)
        letters = []
        to = await addressees(connection, order)
        for each in sorted(order.notices, key=lambda each: not each.urgent):
            notice = await _with_names(connection, each)
            for addressee in to[notice.key]:
                outgoing = self._outgoing(order, notice, wording, addressee)
                status, sent_at = await notices.begin_sending(connection, key, outgoing)
                letters.append(Letter(notice, outgoing, status, sent_at))
        return tuple(letters)

    async def _wording(self, connection: Connection, order: RecordOrder | NotifyOrder) -> Wording:
        """A policy's version never changes, so its words are read once."""
        version = order.policy, order.policy_version
        if version not in self._wordings:
            if len(self._wordings) >= CACHED_POLICIES:
                self._wordings.clear()
            body = await policies.body(connection, *version)
            self._wordings[version] = Wording(body, await policies.templates(connection, *version))
        return self._wordings[version]

    def _outgoing(
        self, order: RecordOrder | NotifyOrder, notice: Notice, wording: Wording, to: Addressee
    ) -> Outgoing:
        subject, text = wording.write(notice, self._link(order, notice))
        if to.absent:
            subject, text = wording.on_behalf_of(to.absent, subject, text)
        return Outgoing(
            case_id=order.case_id,
            number=order.number,
            seq=notice.seq,
            notice_key=notice.key,
            template=notice.template,
            recipient_role=notice.recipient.role.value,
            recipient_id=to.id,
            on_behalf_of=to.on_behalf_of,
            channel=MAIL,
            message={"to": to.address, "subject": subject, "text": text},
            held_until=held_until(notice, wording.body, datetime.now(UTC)),
        )

    def _link(self, order: RecordOrder | NotifyOrder, notice: Notice) -> str:
        if notice.recipient.role is Role.CUSTOMER:
            return customer_link(self.settings.public_url, order.case_id, self.secret)
        return f"{self.settings.public_url.rstrip('/')}/cases/{order.number}"

    # ── sending ──

    async def send(self, letters: Sequence[Letter], within: float | None = None) -> NotifyResult:
        """Hand over what hasn't been sent, in so many seconds at most; what the server can't take yet is named."""
        fates: list[Fate] = []
        try:
            async with asyncio.timeout(within):
                await self._hand_over([each for each in letters if each.status == "sending"], fates)
        except TimeoutError:
            pass
        deliveries = [*_settled_before(letters), *await self._mark(fates)]
        done = {each.letter.outgoing.message_id for each in fates if not each.later}
        waiting = [each for each in letters if each.status == "sending" and each.outgoing.message_id not in done]
        keys = dict.fromkeys(each.notice.key for each in waiting)
        return NotifyResult(deliveries=tuple(deliveries), waiting=tuple(keys))

    async def _hand_over(self, letters: Sequence[Letter], fates: list[Fate]) -> None:
        """Over one connection, and another where a letter broke it; whoever has no fate at the end waits."""
        left: deque[tuple[Letter, EmailMessage]] = deque()
        for letter in letters:
            mail = _mail(letter.outgoing.message, letter.outgoing.message_id, self.settings.mail_from)
            if isinstance(mail, str):
                fates.append(Fate(letter, mail))
            else:
                left.append((letter, mail))
        while before := len(left):
            try:
                async with self._server() as server:
                    while left:
                        fates.append(await _handed(server, *left.popleft()))
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                if len(left) == before:
                    return  # the server isn't there at all

    async def carry_one(self, message: Mapping[str, str], message_id: str) -> str | None:
        """One mail that is no case's: empty where it was taken, else why it never will be; None to try again later."""
        mail = _mail(message, message_id, self.settings.mail_from)
        if isinstance(mail, str):
            return mail
        try:
            async with self._server() as server:
                code, later = await _taken(server, mail)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            return None
        return None if later else code

    def _server(self) -> aiosmtplib.SMTP:
        settings = self.settings
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        return aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=password,
            start_tls=settings.smtp_starttls,
            timeout=settings.smtp_timeout,
        )

    async def _mark(self, fates: Sequence[Fate]) -> list[Delivery]:
        settled = [each for each in fates if not each.later]
        if not settled:
            return []
        async with self.database.transaction() as connection:
            return [await _marked(connection, each) for each in settled]


async def _with_names(connection: Connection, notice: Notice) -> Notice:
    """Persons by their names, in place of their ids."""
    ids = {name: notice.values[name] for name in PERSONS if notice.values.get(name)}
    if not ids:
        return notice
    names = await people.names(connection, tuple(ids.values()))
    found = {name: names.get(staff_id, staff_id) for name, staff_id in ids.items()}
    return replace(notice, values={**notice.values, **found})


async def _handed(server: aiosmtplib.SMTP, letter: Letter, mail: EmailMessage) -> Fate:
    """A letter given to the server."""
    code, later = await _taken(server, mail)
    return Fate(letter, code, later)


async def _taken(server: aiosmtplib.SMTP, mail: EmailMessage) -> tuple[str, bool]:
    """One mail given to the server; a code from 500 on is for good, anything else may pass later."""
    try:
        await server.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [each.code for each in error.recipients]
    except aiosmtplib.SMTPNotSupported:
        return "not_supported", False
    except ValueError:
        return "bad_address", False
    except aiosmtplib.SMTPResponseException as error:
        codes = [error.code]
    else:
        return "", False
    refused = all(code in PERMANENT for code in codes)
    return (f"smtp_{codes[0]}" if refused else ""), not refused


def _mail(said: Mapping[str, str], message_id: str, sender: str) -> EmailMessage | str:
    """The mail, or the code of why there can be none."""
    address = said["to"]
    if not address:
        return "no_address"
    message = EmailMessage()
    try:
        message["From"] = sender
        message["To"] = address
        message["Subject"] = said["subject"]
    except ValueError:
        return "bad_address"
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(said["text"])
    return message


def _settled_before(letters: Sequence[Letter]) -> list[Delivery]:
    """What an earlier try has settled is told again, for that try may not have been heard."""
    now = datetime.now(UTC)
    return [
        _delivery(each, each.sent_at or now, "undeliverable" if each.status == "undeliverable" else "")
        for each in letters
        if each.status not in ("sending", "held")
    ]


async def _marked(connection: Connection, fate: Fate) -> Delivery:
    message_id = fate.letter.outgoing.message_id
    if fate.code:
        await notices.mark_undeliverable(connection, message_id, fate.code)
        return _delivery(fate.letter, datetime.now(UTC), fate.code)
    return _delivery(fate.letter, await notices.mark_sent(connection, message_id))


def _delivery(letter: Letter, at: datetime, reason: str = "") -> Delivery:
    notice = letter.notice
    return Delivery(
        notice_key=notice.key,
        template=notice.template,
        delivered=not reason,
        to_customer=notice.recipient.role is Role.CUSTOMER,
        at=at,
        reason=reason,
    )
