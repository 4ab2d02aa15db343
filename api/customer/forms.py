"""What a customer is asked, and may say, on the page of the case: it follows from the stage and the policy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from api.customer import questionnaire
from api.customer.questionnaire import Question
from complaints.chart import commands_in
from complaints.vocabulary import Closing, Confirmation, Matter, Stage

ACCEPT, PARTLY, REFUSE = "accepted", "partly_accepted", "not_accepted"
ACTS: dict[str, dict[str, Any]] = {
    ACCEPT: {"kind": "answer", "answer": ACCEPT},
    PARTLY: {"kind": "answer", "answer": PARTLY},
    REFUSE: {"kind": "answer", "answer": REFUSE},
    "confirm": {"kind": "confirm"},
    "contest": {"kind": "contest"},
    "provide_information": {"kind": "provide_information"},
    "urge": {"kind": "urge"},
}
"""What a button says, as a command."""

Button = tuple[str, str, bool]
"""What it sends, what it says, whether it stands back."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """One thing the customer may do: words and buttons, a signature in one line, or the questionnaire."""

    title: str
    label: str = "您的意见 Your words"
    note: str = ""
    buttons: tuple[Button, ...] = ()
    signature: bool = False
    questions: tuple[Question, ...] = ()
    key: str = field(default_factory=lambda: str(uuid4()))


CONTEST: Button = ("contest", "没有解决 Not solved", True)
ANYTIME: tuple[Button, ...] = (("provide_information", "补充资料 Send", False), ("urge", "催单 Urge", True))
SHEET = (
    "结果确认单:本人确认投诉 {number} 已按上述结果处理完成。 "
    "I confirm that complaint {number} has been settled as told above."
)
BY_REVISIT = (
    "处理已完成,回访专员会与您联系,请告诉他们问题是否解决;如仍有问题,现在就可以写在这里。 "
    "The work is done. Somebody will call and ask whether it is solved; if it isn't, you can say so here now."
)
REOPENABLE = (Closing.RESOLVED, Closing.UNCONFIRMED)


def wanted(row: Mapping[str, Any], policy: dict[str, Any]) -> list[Form]:
    """The forms for a case as it stands, by its policy's file."""
    stage = Stage(row["stage"])
    return [*_ASKED.get(stage, _nothing)(row, policy), *_anytime(stage)]


def _nothing(row: Mapping[str, Any], policy: dict[str, Any]) -> Iterator[Form]:
    yield from ()


def _anytime(stage: Stage) -> Iterator[Form]:
    """Only what the chart has in this stage: nobody is offered what would be refused."""
    buttons = tuple(each for each in ANYTIME if each[0] in commands_in(stage))
    if buttons:
        yield Form(title="还有什么要告诉我们? Anything else?", label="内容 Your words", buttons=buttons)


def _answer(row: Mapping[str, Any], policy: dict[str, Any]) -> Iterator[Form]:
    """A plan is the customer's to answer once it has been told, not while it is on its way (SOP-3.4)."""
    partly, refuse = (PARTLY, "部分同意 Accept in part", True), (REFUSE, "不同意 Refuse", True)
    if row["waiting_for_customer"]:
        yield Form(title="您是否同意? Do you agree?", buttons=((ACCEPT, "同意 Accept", False), partly, refuse))


def _confirm(row: Mapping[str, Any], policy: dict[str, Any]) -> Iterator[Form]:
    """A yes, which is signed where the policy wants it so, or a no in words (SVC-3.1)."""
    yes: Button = ("confirm", "已解决 Confirm", False)
    if not (policy["confirmation"]["signature"]["value"] and row["matter"] == Matter.COMPLAINT):
        yield Form(title="问题解决了吗? Is it solved?", buttons=(yes, CONTEST))
        return
    yield Form(
        title="请签字确认结果 Please sign the result", note=SHEET.format(number=row["number"]), signature=True,
        label="签名:您的姓名 Signature: your name", buttons=(("confirm", "签字确认 Sign", False),),
    )  # fmt: skip
    yield Form(title="还没有解决? Not solved?", buttons=(CONTEST,))


def _revisit(row: Mapping[str, Any], policy: dict[str, Any]) -> Iterator[Form]:
    """The questionnaire where the policy has one (SVC-4.1), and always a way to say that it isn't solved (WKS-5.1)."""
    questions = questionnaire.questions(policy)
    if questions:
        yield Form(title="问题现在怎么样了? How did it go?", questions=questions)
    by_revisit = policy["confirmation"]["mode"]["value"] == Confirmation.BY_REVISIT
    yield Form(title="仍有问题? Something still wrong?", note=BY_REVISIT if by_revisit else "", buttons=(CONTEST,))


def _again(row: Mapping[str, Any], policy: dict[str, Any]) -> Iterator[Form]:
    """A word after the close opens handling again (SVC-3.3)."""
    if row["closing"] in REOPENABLE:
        yield Form(title="问题又出现了? Has it come back?", buttons=(CONTEST,))


_ASKED = {
    Stage.PROPOSING: _answer,
    Stage.CONFIRMING: _confirm,
    Stage.REVISITING: _revisit,
    Stage.CLOSED: _again,
}
