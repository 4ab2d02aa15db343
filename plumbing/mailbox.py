"""A mailbox of one's own, for one machine and for tests: takes mail by SMTP, keeps it in a file, shows it on a page.

A mail is written down before it is answered for, so that a mailbox killed at any moment still shows what it took.
"""

import asyncio
import email
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from html import escape
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from plumbing.settings import Settings

KEPT = 20_000
SHOWN = 200
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = (
    "body{font:16px/1.6 sans-serif;margin:2rem;max-width:60rem}"
    "article{border-top:1px solid #ccc;padding:1rem 0}pre{white-space:pre-wrap}"
)


@dataclass(frozen=True)
class Mail:
    """One mail as it came."""

    message_id: str
    to: str
    subject: str
    text: str
    at: str


class Fault(BaseModel):
    """What the mailbox does wrong on demand: refuse all for now, a recipient for good, or hang up on one."""

    refuse_for_now: bool = False
    refuse_for_good: list[str] = []
    refuse_for_now_to: list[str] = []
    hang_up_on: list[str] = []


class Mailbox:
    """The newest mails, and the faults asked for; with a folder it begins with what it took before."""

    def __init__(self, folder: Path | None = None) -> None:
        self.file = folder / "mails.jsonl" if folder else None
        self.mails: deque[Mail] = deque(_kept(self.file) if self.file else (), maxlen=KEPT)
        self.fault = Fault()
        if self.file is not None:
            self._write_anew(self.file)

    def keep(self, mail: Mail) -> None:
        """Write a mail down and show it."""
        if self.file is not None:
            with self.file.open("a", encoding="utf-8") as file:
                file.write(_line(mail))
        self.mails.append(mail)

    def matching(self, text: str) -> Iterator[Mail]:
        """The mails with this text in them, in the order they came."""
        return (mail for mail in tuple(self.mails) if text in f"{mail.to} {mail.subject} {mail.text}")

    def _write_anew(self, file: Path) -> None:
        """Without what is too old, and without the half line a killed run may have left at the end."""
        file.parent.mkdir(parents=True, exist_ok=True)
        making = file.with_suffix(".making")
        making.write_text("".join(map(_line, self.mails)), encoding="utf-8")
        making.rename(file)

    async def handle_RCPT(  # the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.fault.hang_up_on and server.transport is not None:
            server.transport.close()
        if address in self.fault.refuse_for_good:
            return "550 no such mailbox"
        if self.fault.refuse_for_now or address in self.fault.refuse_for_now_to:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        message = email.message_from_bytes(raw)
        self.keep(
            Mail(
                message_id=str(message["Message-ID"]),
                to=", ".join(envelope.rcpt_tos),
                subject=str(make_header(decode_header(message["Subject"] or ""))),
                text=_plain_text(message),
                at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        )
        return "250 taken"


def _plain_text(message: Message) -> str:
    parts = (part for part in message.walk() if part.get_content_type() == "text/plain")
    part = next(parts, None)
    content = part.get_payload(decode=True) if part else None
    charset = (part and part.get_content_charset()) or "utf-8"
    return content.decode(charset, "replace") if isinstance(content, bytes) else ""


def _line(mail: Mail) -> str:
    return json.dumps(asdict(mail)) + "\n"


def _kept(file: Path) -> Iterator[Mail]:
    """What an earlier run wrote down; a line that is no mail is passed over."""
    if file.exists():
        for line in file.read_text("utf-8").splitlines():
            try:
                yield Mail(**json.loads(line))
            except (ValueError, TypeError):
                continue


def create_app(mailbox: Mailbox) -> FastAPI:
    """The page, newest first, and the same as JSON."""
    app = FastAPI(title="Mailbox", docs_url=None, redoc_url=None)

    @app.get("/", response_class=HTMLResponse)
    async def page(q: str = "") -> HTMLResponse:
        found = list(mailbox.matching(q))[: -SHOWN - 1 : -1]
        shown = "".join(_article(mail) for mail in found) or "<p>没有邮件 No mail yet.</p>"
        return HTMLResponse(
            f"<!doctype html><html lang=zh><meta charset=utf-8><title>邮箱 Mailbox</title><style>{STYLE}</style>"
            "<noscript><meta http-equiv=refresh content=10></noscript>"
            "<h1>邮箱 Mailbox</h1><form>"
            f"<input name=q value='{escape(q)}' aria-label=search> <button>查找 find</button></form>{shown}</html>",
            headers={"Content-Security-Policy": POLICY},
        )

    @app.get("/api/messages")
    async def messages(q: str = "") -> list[dict[str, Any]]:
        return [asdict(mail) for mail in mailbox.matching(q)]

    @app.post("/api/fault")
    async def set_fault(fault: Fault) -> Fault:
        mailbox.fault = fault
        return fault

    return app


def _article(mail: Mail) -> str:
    return (
        f"<article><b>{escape(mail.subject)}</b><br><small>{escape(mail.to)} · {escape(mail.at)}</small>"
        f"<pre>{escape(mail.text)}</pre></article>"
    )


def serve_smtp(mailbox: Mailbox, host: str, port: int) -> Controller:
    """Take mail on this port, in a thread of its own."""
    controller = Controller(mailbox, hostname=host, port=port, ready_timeout=10)
    controller.start()
    return controller


def run(settings: Settings) -> None:
    """Run mailbox and page until the process is stopped."""
    mailbox = Mailbox(settings.mailbox_dir)
    controller = serve_smtp(mailbox, settings.mailbox_host, settings.smtp_port)
    config = uvicorn.Config(
        create_app(mailbox), host=settings.mailbox_host, port=settings.mailbox_port, log_config=None,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    try:
        asyncio.run(uvicorn.Server(config).serve())
    finally:
        controller.stop()
