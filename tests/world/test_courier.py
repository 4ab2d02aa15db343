"""Mails as they go over the line, and the lines: kept from turn to turn, and no mail lost or doubled where one dies."""

import email
import email.policy
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from activities.courier import Answer, Courier
from activities.mail import Mail, Unwritable, address, written
from plumbing.mailbox import Fault, Mailbox, serve_smtp
from plumbing.ports import free_port
from plumbing.settings import Settings


class Watched(Mailbox):
    """A mailbox that notes over which line each mail came."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[object] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # the library's name
        self.lines.append(session.peer)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def mailbox(port: int) -> Iterator[Watched]:
    box = Watched()
    controller = serve_smtp(box, "127.0.0.1", port)
    yield box
    controller.stop()


def courier(port: int, kept: int = 1) -> Courier:
    return Courier(
        Settings.read(
            database_url="postgresql://nowhere/x", temporal_address="localhost:1", key_file="k", master_key_file="m",
            session_secret_file="s", smtp_port=port, public_url="http://desk.example",
        ),
        kept,
    )  # fmt: skip


def mail(number: int, to: str = "wang@example.com") -> tuple[str, Mail]:
    return f"<{number}@x>", written("desk@example.com", to, "您好", "正文", f"<{number}@x>")


async def carried(courier: Courier, *mails: tuple[str, Mail]) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    await courier.carry(mails, answers)
    return answers


# ── lines ──


async def test_one_turn_after_another_goes_over_the_same_line(mailbox: Watched, port: int) -> None:
    over = courier(port)
    for number in range(3):
        await carried(over, mail(number))
    await over.close()
    assert len(mailbox.lines) == 3
    assert len(set(mailbox.lines)) == 1


async def test_where_none_is_kept_each_turn_has_its_own(mailbox: Watched, port: int) -> None:
    for number in range(2):
        await carried(courier(port, kept=0), mail(number))
    assert len(set(mailbox.lines)) == 2


async def test_a_line_that_died_while_it_was_kept_costs_no_mail_and_doubles_none(port: int) -> None:
    over = courier(port)
    for number in range(2):
        box = Watched()
        controller = serve_smtp(box, "127.0.0.1", port)
        assert await carried(over, mail(number)) == {f"<{number}@x>": Answer()}
        controller.stop()
        assert [each.message_id for each in box.mails] == [f"<{number}@x>"]
    assert await carried(over, mail(3)) == {}, "the server is away: whoever waits has no answer"


async def test_a_mail_that_broke_the_line_waits_and_the_next_goes_over_another(mailbox: Watched, port: int) -> None:
    over = courier(port)
    await carried(over, mail(0))
    mailbox.fault = Fault(hang_up_on=["li@example.com"])
    answers = await carried(over, mail(1, "li@example.com"), mail(2))
    await over.close()
    assert answers == {"<2@x>": Answer()}
    assert [each.message_id for each in mailbox.mails] == ["<0@x>", "<2@x>"]


async def test_after_a_refusal_the_line_still_serves(mailbox: Watched, port: int) -> None:
    over = courier(port)
    mailbox.fault = Fault(refuse_for_good=["li@example.com"])
    assert await carried(over, mail(1, "li@example.com")) == {"<1@x>": Answer("smtp_550")}
    assert await carried(over, mail(2)) == {"<2@x>": Answer()}
    await over.close()
    assert len(mailbox.mails) == 1


# ── mails ──


async def test_a_mail_says_the_same_to_any_reader() -> None:
    subject, text = "您的投诉 20260520001 已登记，我们将处理并告知您结果" * 5, "尊敬的客户：\n已登记\n"
    made = written("投诉台 <desk@example.com>", "wang@example.com", subject, text, "<1@x>")
    read = email.message_from_bytes(made.content, policy=email.policy.default)
    body = read.get_body()
    assert body is not None
    assert (read["subject"], body.get_content()) == (subject, text)
    assert (str(read["from"]), str(read["to"]), read["message-id"]) == (
        "投诉台 <desk@example.com>", "wang@example.com", "<1@x>",
    )  # fmt: skip
    assert read.defects == []
    assert max(map(len, made.content.splitlines())) < 100
    assert (made.sender, made.recipient) == ("desk@example.com", "wang@example.com")


@pytest.mark.parametrize(
    "forged", ["a@b.c\r\nBcc: d@e.f", "a@b.c\nx", "a@b.c, d@e.f", "a b@c.d", "nobody", "a@b.c\x00", "@", "a@b..c"]
)
def test_what_would_forge_a_header_or_reach_another_is_no_address(forged: str) -> None:
    with pytest.raises(Unwritable, match="bad_address"):
        address(forged)


def test_an_address_may_come_with_a_name_and_in_any_script() -> None:
    assert address("王小明 <wang@example.com>") == "wang@example.com"
    assert address("王@例子.中国") == "王@例子.中国"


async def test_a_mail_to_an_address_in_another_script_arrives(mailbox: Watched, port: int) -> None:
    assert await carried(courier(port, kept=0), mail(1, "王@例子.中国")) == {"<1@x>": Answer()}
    assert [each.to for each in mailbox.mails] == ["王@例子.中国"]
