"""Carries mails to the mail server, over lines that are kept from one turn to the next.

A kept line may have died meanwhile, so it is asked before anything goes over it; a mail whose line breaks under it has
no fate and is left to be asked for again, for nobody knows whether the server has it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiosmtplib

from activities.mail import Mail
from plumbing.settings import Settings

PERMANENT = range(500, 600)
KEPT_SECONDS = 60.0
"""Servers let go of a line that says nothing for some minutes."""

BROKEN = (aiosmtplib.SMTPException, OSError, TimeoutError)


@dataclass(frozen=True)
class Answer:
    """What the mail server made of a mail: taken, refused for good with a code, or to be tried again."""

    code: str = ""
    later: bool = False


class Courier:
    """Lines to the mail server, of which so many at most are kept while nobody uses them."""

    def __init__(self, settings: Settings, kept: int = 0) -> None:
        self.settings = settings
        self.kept = kept
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    async def carry(self, mails: Sequence[tuple[str, Mail]], answers: dict[str, Answer]) -> None:
        """Over one line, and another where a mail broke it; whoever has no answer under its name waits."""
        left = deque(mails)
        while before := len(left):
            try:
                async with self._line() as line:
                    while left:
                        name, mail = left.popleft()
                        answers[name] = await _handed(line, mail)
            except BROKEN:
                if len(left) == before:
                    return  # the server isn't there at all

    async def close(self) -> None:
        """Say goodbye on every line that is kept."""
        while self._idle:
            await _quit(self._idle.pop()[0])

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[aiosmtplib.SMTP]:
        line = await self._kept_line() or await self._new_line()
        try:
            yield line
        except BaseException:
            line.close()
            raise
        if len(self._idle) < self.kept and line.is_connected:
            self._idle.append((line, _now()))
        else:
            await _quit(line)

    async def _kept_line(self) -> aiosmtplib.SMTP | None:
        """The line used last that still answers; one that doesn't is let go."""
        while self._idle:
            line, since = self._idle.pop()
            if _now() - since < KEPT_SECONDS and await _answers(line):
                return line
            line.close()
        return None

    async def _new_line(self) -> aiosmtplib.SMTP:
        settings = self.settings
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        line = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user,
            password=password,
            start_tls=settings.smtp_starttls,
            timeout=settings.smtp_timeout,
        )
        await line.connect()
        return line


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _answers(line: aiosmtplib.SMTP) -> bool:
    try:
        await line.rset()
    except BROKEN:
        return False
    except BaseException:
        line.close()
        raise
    return True


async def _quit(line: aiosmtplib.SMTP) -> None:
    with suppress(*BROKEN):
        await line.quit()
    line.close()


async def _handed(line: aiosmtplib.SMTP, mail: Mail) -> Answer:
    """One mail given to the server; a code from 500 on is for good, anything else may pass later."""
    try:
        await line.sendmail(mail.sender, [mail.recipient], mail.content, mail_options=mail.options)
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [each.code for each in error.recipients]
    except aiosmtplib.SMTPNotSupported:
        return Answer("not_supported")
    except ValueError:
        return Answer("bad_address")
    except aiosmtplib.SMTPResponseException as error:
        codes = [error.code]
    else:
        return Answer()
    refused = all(code in PERMANENT for code in codes)
    return Answer(f"smtp_{codes[0]}" if refused else "", later=not refused)
