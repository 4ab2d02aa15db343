"""The local mailbox: what it took it still has after it was killed, newest first on its page."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from plumbing.mailbox import Mailbox, create_app, serve_smtp
from plumbing.ports import free_port


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(tmp_path / "mailbox"), free_port()
    controller = serve_smtp(box, "127.0.0.1", port)
    yield box, port
    controller.stop()


def post(port: int, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.com", "wang@example.com", subject
    message["Message-ID"] = f"<{subject}@test>"
    message.set_content("投诉编号 20260520001\n\u2028第二行")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message)


def test_a_mail_that_was_taken_is_there_after_a_kill(taking: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = taking
    post(port, "first")
    post(port, "second")
    again = Mailbox(tmp_path / "mailbox")
    assert list(again.mails) == list(box.mails)
    assert [mail.subject for mail in again.mails] == ["first", "second"]


def test_half_a_line_is_passed_over_and_spoils_nothing_after_it(taking: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, port = taking
    post(port, "first")
    assert box.file is not None
    with box.file.open("a") as file:
        file.write('{"message_id": "<half')
    again = Mailbox(tmp_path / "mailbox")
    again.keep(box.mails[0])
    assert [mail.subject for mail in Mailbox(tmp_path / "mailbox").mails] == ["first", "first"]


def test_mails_are_found_by_their_words_and_shown_newest_first(taking: tuple[Mailbox, int]) -> None:
    box, port = taking
    post(port, "first")
    post(port, "second")
    page = TestClient(create_app(box))
    assert [mail["subject"] for mail in page.get("/api/messages", params={"q": "second"}).json()] == ["second"]
    assert len(page.get("/api/messages").json()) == 2
    shown = page.get("/").text
    assert shown.index("second") < shown.index("first")
    assert "没有邮件" in page.get("/", params={"q": "elsewhere"}).text
