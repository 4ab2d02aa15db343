"""A letter as the mail that goes over the line: its headers and text as RFC 5322 wants them, or why there can be none.

Written here and not by the library's message classes, which read every header they are given once more: of what a turn
cost, a sixth was that.
"""

import re
from base64 import encodebytes
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, getaddresses, parseaddr

PLAIN = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*")
"""An address as nearly all are; letters of any script, for those need a server that says it can."""

LONGEST_LINE = 900
"""Letters of a header that isn't folded; a server may refuse lines of a thousand."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Unwritable(Exception):
    """There can be no mail; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mail:
    """What the server is handed: from whom, to whom, and the bytes."""

    sender: str
    recipient: str
    content: bytes

    @property
    def options(self) -> list[str]:
        """What has to be asked of the server for an address that isn't ASCII."""
        return [] if self.recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]


def written(sender: str, to: str, subject: str, text: str, message_id: str) -> Mail:
    """The mail; raises Unwritable for an address that is none."""
    name, from_whom = parseaddr(sender)
    recipient = address(to)
    lines = (
        f"From: {_encoded(name)} <{from_whom}>" if name else f"From: {from_whom}",
        f"To: {recipient}",
        f"Subject: {_encoded(CONTROL.sub(' ', subject))}",
        f"Date: {formatdate()}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
        "",
        encodebytes(text.encode(errors="replace")).decode(),
    )
    return Mail(from_whom, recipient, "\n".join(lines).encode())


def address(text: str) -> str:
    """The address alone, of what somebody gave as one; what could forge a header or name two people is none."""
    if not text:
        raise Unwritable("no_address")
    if PLAIN.fullmatch(text):
        return text
    found = [address for _, address in getaddresses([text])]
    if len(found) != 1 or CONTROL.search(text) or not PLAIN.fullmatch(found[0]):
        raise Unwritable("bad_address")
    return found[0]


def _encoded(text: str) -> str:
    """ASCII as it is; anything else as encoded words, folded (RFC 2047)."""
    if text.isascii() and len(text) <= LONGEST_LINE:
        return text
    return Header(text.encode(errors="replace").decode(), "utf-8").encode()
