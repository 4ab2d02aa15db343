"""Send a case's notices: each a row first, then a mail with a Message-ID of its own, once however often asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import aiosmtplib
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.wording import Wording
from complaints.orders import Delivery, Notice, NotifyOrder, NotifyResult
from complaints.vocabulary import Role
from plumbing.keys import CaseKey, KeyDestroyed, KeyStore
from plumbing.links import customer_link
from plumbing.settings import Settings
from records import notices, people, policies
from records.database import Database
from records.notices import Outgoing

MAIL = "mail"
PERMANENT = range(500, 600)


class TryAgain(Exception):
    """The mail server can't take it now."""


@dataclass(frozen=True)
class Refusal:
    """The mail server will never take it, and why, as a code."""

    code: str


class NotifyActivities:
    """The activity that tells people."""

    def __init__(self, database: Database, keys: KeyStore, settings: Settings) -> None:
        self.database = database
        self.keys = keys
        self.settings = settings
        self.secret = settings.session_secret_file.read_text("utf-8").strip()

    @activity.defn(name="notify")
    async def notify(self, order: NotifyOrder) -> NotifyResult:
        """Send what hasn't been sent; raises while some of it can't be sent yet, after trying all of it."""
        key = self.keys.for_case(order.case_id)
        if key is None:
            raise KeyDestroyed(order.case_id)
        wording = await self._wording(order)
        deliveries: list[Delivery] = []
        waiting = 0
        for notice in sorted(order.notices, key=lambda each: not each.urgent):
            for recipient_id, address in await self._recipients(notice):
                try:
                    deliveries.append(await self._deliver(order, notice, wording, key, recipient_id, address))
                except TryAgain:
                    waiting += 1
        if waiting:
            raise ApplicationError(f"the mail server took all but {waiting} of the mails; trying again")
        return NotifyResult(deliveries=tuple(deliveries))

    async def _wording(self, order: NotifyOrder) -> Wording:
        async with self.database.transaction() as connection:
            body = await policies.body(connection, order.policy, order.policy_version)
            templates = await policies.templates(connection, order.policy, order.policy_version)
        return Wording(body, templates)

    async def _recipients(self, notice: Notice) -> list[tuple[str, str]]:
        """Ids and addresses; an empty address where there is nobody or nowhere to send to."""
        wanted = notice.recipient
        if wanted.role is Role.CUSTOMER:
            return [("customer", wanted.email or "")]
        async with self.database.transaction() as connection:
            found = await people.recipients(connection, wanted.role, wanted.department, wanted.staff_id)
        return found or [(f"nobody:{wanted.role.value}", "")]

    async def _deliver(
        self, order: NotifyOrder, notice: Notice, wording: Wording, key: CaseKey, recipient_id: str, address: str
    ) -> Delivery:
        """One mail: noted before it is sent, marked after; one sent before is left alone."""
        subject, text = wording.write(notice, self._link(order, notice))
        outgoing = Outgoing(
            case_id=order.case_id,
            number=order.number,
            seq=notice.seq,
            notice_key=notice.key,
            template=notice.template,
            recipient_role=notice.recipient.role.value,
            recipient_id=recipient_id,
            channel=MAIL,
            message={"to": address, "subject": subject, "text": text},
        )
        async with self.database.transaction() as connection:
            status = await notices.begin_sending(connection, key, outgoing)
        if status == "undeliverable":
            return _delivery(notice, datetime.now(UTC), reason="undeliverable")
        refusal = None if status == "sent" else await self._send(outgoing, address)
        async with self.database.transaction() as connection:
            if refusal is not None:
                await notices.mark_undeliverable(connection, outgoing.message_id, refusal.code)
                return _delivery(notice, datetime.now(UTC), reason=refusal.code)
            return _delivery(notice, await notices.mark_sent(connection, outgoing.message_id))

    def _link(self, order: NotifyOrder, notice: Notice) -> str:
        if notice.recipient.role is Role.CUSTOMER:
            return customer_link(self.settings.public_url, order.case_id, self.secret)
        return f"{self.settings.public_url.rstrip('/')}/cases/{order.number}"

    async def _send(self, outgoing: Outgoing, address: str) -> Refusal | None:
        """Hand the mail to the server; None when it took it. Raises TryAgain."""
        if not address:
            return Refusal("no_address")
        try:
            message = _mail(outgoing, self.settings.mail_from, address)
        except ValueError:
            return Refusal("bad_address")
        settings = self.settings
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        try:
            await aiosmtplib.send(
                message,
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user,
                password=password,
                start_tls=settings.smtp_starttls,
                timeout=settings.smtp_timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused([each.code for each in error.recipients])
        except aiosmtplib.SMTPResponseException as error:
            return _refused([error.code])
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise TryAgain from error
        return None


def _refused(codes: list[int]) -> Refusal:
    """A code from 500 on is for good; anything else may pass later."""
    if all(code in PERMANENT for code in codes):
        return Refusal(f"smtp_{codes[0]}")
    raise TryAgain


def _mail(outgoing: Outgoing, sender: str, address: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = address
    message["Subject"] = outgoing.message["subject"]
    message["Message-ID"] = outgoing.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(outgoing.message["text"])
    return message


def _delivery(notice: Notice, at: datetime, reason: str = "") -> Delivery:
    more: dict[str, Any] = {"delivered": not reason, "reason": reason}
    return Delivery(
        notice_key=notice.key,
        template=notice.template,
        to_customer=notice.recipient.role is Role.CUSTOMER,
        at=at,
        **more,
    )
