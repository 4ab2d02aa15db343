"""The post office of the activities: notices become rows, then mails with a Message-ID of their own.

A letter's row is committed before it is sent, so a mail cut off halfway is sent again under the same Message-ID, and
one that went out is left alone however often it is asked for.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from activities.addressing import Addressee, addressees
from activities.courier import Answer, Courier
from activities.mail import Mail, Unwritable, written
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
CACHED_POLICIES = 50


@dataclass(frozen=True)
class Letter:
    """A notice for one recipient, noted and ready to go; `status` is what its row says."""

    notice: Notice
    outgoing: Outgoing
    status: str
    sent_at: datetime | None


class Post:
    """Notes letters in the caller's transaction and sends them when that is committed."""

    def __init__(self, database: Database, settings: Settings, secret: str, lines: int = 0) -> None:
        """With so many lines to the mail server kept open between turns; whoever keeps some closes them."""
        self.database = database
        self.settings = settings
        self.secret = secret
        self.courier = Courier(settings, lines)
        self._wordings: dict[tuple[str, str], Wording] = {}

    # ── noting ──

    async def note(
        self, connection: Connection, key: CaseKey, order: RecordOrder | NotifyOrder
    ) -> tuple[Letter, ...]:
        """A row for each notice and recipient, urgent ones first; those already sent say so."""
        if not order.notices:
            return ()
        wording = await self._wording(connection, order)
        to = await addressees(connection, order)
        named = await _with_names(connection, sorted(order.notices, key=lambda each: not each.urgent))
        made: dict[str, tuple[Notice, Outgoing]] = {}
        for notice in named:
            for addressee in to[notice.key]:
                outgoing = self._outgoing(order, notice, wording, addressee)
                made.setdefault(outgoing.message_id, (notice, outgoing))
        noted = await notices.begin_sending(connection, key, [outgoing for _, outgoing in made.values()])
        return tuple(Letter(notice, outgoing, *noted[name]) for name, (notice, outgoing) in made.items())

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
        unsent = {each.outgoing.message_id: each for each in letters if each.status == "sending"}
        answers: dict[str, Answer] = {}
        try:
            async with asyncio.timeout(within):
                await self.courier.carry(self._mails(unsent, answers), answers)
        except TimeoutError:
            pass
        settled = {name: answer.code for name, answer in answers.items() if not answer.later}
        deliveries = [*_settled_before(letters), *await self._mark(unsent, settled)]
        waiting = [each.notice.key for name, each in unsent.items() if name not in settled]
        return NotifyResult(deliveries=tuple(deliveries), waiting=tuple(dict.fromkeys(waiting)))

    def _mails(self, letters: Mapping[str, Letter], answers: dict[str, Answer]) -> list[tuple[str, Mail]]:
        """The letters as mails; where there can be none, that is the answer."""
        mails = []
        for message_id, letter in letters.items():
            message = letter.outgoing.message
            try:
                mail = written(
                    self.settings.mail_from, message["to"], message["subject"], message["text"], message_id
                )
                mails.append((message_id, mail))
            except Unwritable as error:
                answers[message_id] = Answer(error.code)
        return mails

    async def carry_one(self, message: Mapping[str, str], message_id: str) -> str | None:
        """One mail that is no case's: empty where it was taken, else why it never will be; None to try again later."""
        answers: dict[str, Answer] = {}
        try:
            mail = written(self.settings.mail_from, message["to"], message["subject"], message["text"], message_id)
        except Unwritable as error:
            return error.code
        await self.courier.carry([(message_id, mail)], answers)
        answer = answers.get(message_id, Answer(later=True))
        return None if answer.later else answer.code

    async def _mark(self, letters: Mapping[str, Letter], settled: Mapping[str, str]) -> list[Delivery]:
        if not settled:
            return []
        async with self.database.transaction() as connection:
            at = await notices.mark(connection, settled)
        return [_delivery(letters[name], at[name], code) for name, code in settled.items()]


async def _with_names(connection: Connection, notices: Sequence[Notice]) -> Sequence[Notice]:
    """Persons by their names, in place of their ids."""
    ids = {each.values[name] for each in notices for name in PERSONS if each.values.get(name)}
    if not ids:
        return notices
    names = await people.names(connection, tuple(ids))
    return [replace(each, values={**each.values, **_names_in(each, names)}) for each in notices]


def _names_in(notice: Notice, names: Mapping[str, str]) -> dict[str, str]:
    values = notice.values
    return {name: names.get(values[name], values[name]) for name in PERSONS if values.get(name)}


def _settled_before(letters: Sequence[Letter]) -> list[Delivery]:
    """What an earlier try has settled is told again, for that try may not have been heard."""
    now = datetime.now(UTC)
    return [
        _delivery(each, each.sent_at or now, "undeliverable" if each.status == "undeliverable" else "")
        for each in letters
        if each.status not in ("sending", "held")
    ]


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
