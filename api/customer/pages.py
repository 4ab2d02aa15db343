"""Customer pages: one case by its signed link, or its stage by number and the phone's last four digits (SOP-1.3)."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import TypeAdapter, ValidationError

from api import access
from api.casework import NewCommand
from api.customer import forms, questionnaire
from api.errors import NO_SUCH_CASE, DoorError
from api.templating import render
from api.tools import tools
from complaints.commands import HUMAN_COMMANDS
from complaints.facts import PlanDrafted, Replied, WorkCompleted
from complaints.plan_text import told as plan_told
from complaints.vocabulary import Stage
from plumbing.links import read_link
from records import policies, thread, worklists
from records.shelf import NoSuchPolicy

router = APIRouter(include_in_schema=False)

LOOK_UPS = parse("10/minute")
limiter = MovingWindowRateLimiter(MemoryStorage())

SHOWS_RESULT = (Stage.CONFIRMING, Stage.REVISITING)
"""Where the customer is asked about a result, it stands on the page."""

TAKEN = "已收到,谢谢。 Received, thank you."
UNANSWERED = "请回答每个选择题。 Please answer every question that has choices."
TOO_LONG = (
    f"每个回答最多 {questionnaire.LONGEST_ANSWER} 个字符,没有提交。 "
    f"An answer has at most {questionnaire.LONGEST_ANSWER} characters; nothing was sent."
)
NO_QUESTIONNAIRE = DoorError(404, "no_questionnaire", "Nothing is asked of you here now.")
EMPTY = "请先填写您的意见。 Please write a few words first."
UNREADABLE = "您的意见(words)含有无法保存的字符。 Your words hold a character that can't be kept."
EXPIRED = "链接无效或已过期,请凭编号查询。 This link is not valid any more; look your complaint up by its number."


@router.get("/c", response_class=HTMLResponse)
async def look_up_page() -> HTMLResponse:
    """The form."""
    return _look_up()


@router.post("/c", response_class=HTMLResponse)
async def look_up(
    request: Request, number: Annotated[str, Form(max_length=40)], last4: Annotated[str, Form(max_length=4)]
) -> HTMLResponse:
    """The stage of a case, and nothing else, for who knows number and phone; a few tries a minute."""
    host = request.client.host if request.client else ""
    if not limiter.hit(LOOK_UPS, host):
        return _look_up(number, problem="请稍后再试。 Too many tries; wait a minute.", status=429)
    desk = tools(request)
    async with desk.database.transaction() as connection:
        row = await worklists.one(connection, number.replace("\x00", ""))
    phone = worklists.personal(desk.keys, row)[0].get("phone", "") if row else ""
    if row is None or len(last4) != 4 or not phone.endswith(last4):
        return _look_up(number, problem="没有找到。 Nothing found for these.", status=404)
    return _look_up(number, stage=Stage(row["stage"]))


def _look_up(number: str = "", *, stage: Stage | None = None, problem: str = "", status: int = 200) -> HTMLResponse:
    return render("customer/look_up.html", status, title="查询投诉", number=number, stage=stage, problem=problem)


@router.get("/c/{token}", response_class=HTMLResponse)
async def case_page(request: Request, token: str) -> HTMLResponse:
    """Where the case stands, the plan, and what the customer may say now."""
    if read_link(token, tools(request).secret) is None:
        return _look_up(problem=EXPIRED, status=404)
    return await _page(request, token)


@router.post("/c/{token}", response_class=HTMLResponse)
async def say(
    request: Request,
    token: str,
    act: Annotated[str, Form(max_length=40)],
    key: Annotated[str, Form(max_length=60, pattern="^[0-9a-f-]+$")],
    words: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """The customer says something; the form's key makes a second tap the same word."""
    row = await _case(request, token)
    if act not in forms.ACTS:
        raise DoorError(422, "invalid", "There is nothing like this to say.", ("act",))
    body = {**forms.ACTS[act], "words": {"text": words}}
    problem = _unfit(body)
    if problem:
        return await _page(request, token, told=problem, status=422)
    return await _submitted(request, token, row, body, key)


@router.post("/c/{token}/questionnaire", response_class=HTMLResponse)
async def answer(
    request: Request, token: str, key: Annotated[str, Form(max_length=60, pattern="^[0-9a-f-]+$")]
) -> Response:
    """The customer's answers to the revisit; the questions are those of the case's own policy."""
    row = await _case(request, token)
    asked = questionnaire.questions(await _policy(request, row))
    if not asked:
        raise NO_QUESTIONNAIRE
    form = await request.form()
    body = questionnaire.command(asked, form)
    problem = TOO_LONG if questionnaire.is_too_long(asked, form) else UNANSWERED if body is None else _unfit(body)
    if body is None or problem:
        return await _page(request, token, told=problem, status=422)
    return await _submitted(request, token, row, body, key)


async def _submitted(
    request: Request, token: str, row: dict[str, Any], body: dict[str, Any], key: str
) -> HTMLResponse:
    caller = access.customer(row["case_id"])
    new = NewCommand(kind=body["kind"], body=body)
    receipt = await tools(request).casework.submit(row, new, caller.actor, caller.id, key)
    return await _page(request, token, told=receipt.message or TAKEN)


def _unfit(body: dict[str, Any]) -> str:
    """What the words lack or may not hold, for the customer to read; their words are kept as they are or not at all."""
    try:
        TypeAdapter(HUMAN_COMMANDS[body["kind"]]).validate_python(body)
    except ValidationError:
        empty = not body["words"]["text"].strip()
        return EMPTY if empty else UNREADABLE
    return ""


async def _case(request: Request, token: str) -> dict[str, Any]:
    desk = tools(request)
    case_id = read_link(token, desk.secret)
    if case_id is None:
        raise NO_SUCH_CASE
    async with desk.database.transaction() as connection:
        row = await worklists.by_id(connection, case_id)
    if row is None:
        raise NO_SUCH_CASE
    return row


async def _page(request: Request, token: str, told: str = "", status: int = 200) -> HTMLResponse:
    row = await _case(request, token)
    stage = Stage(row["stage"])
    asked = forms.wanted(row, await _policy(request, row))
    # A plan is the customer's to read once it has been told, not while it is on its way (SOP-3.4).
    told_plan = stage is Stage.EXECUTING or (stage is Stage.PROPOSING and row["waiting_for_customer"])
    said = await _words(request, row["case_id"]) if told_plan or stage in SHOWS_RESULT else {}
    plan, result = said.get("plan", "") if told_plan else "", said.get("result", "") if not told_plan else ""
    return render(
        "customer/case.html", status, title=f"投诉 {row['number']}", number=row["number"], stage=stage, token=token,
        told=told, plan=plan, result=result, forms=asked,
    )  # fmt: skip


async def _policy(request: Request, row: dict[str, Any]) -> dict[str, Any]:
    """The file of the policy that judges the case, at its own version, its questions in the order they are written."""
    desk, version = tools(request), (row["policy"], row["policy_version"])
    async with desk.database.transaction() as connection:
        try:
            return (await desk.casework.shelf.at(connection, *version)).body
        except NoSuchPolicy:
            # An older shipped version: only the record has it, which keeps no order of names.
            return await policies.body(connection, *version)


async def _words(request: Request, case_id: str) -> dict[str, str]:
    """The latest plan and the result as told to the customer; nothing once the case's key is gone."""
    desk = tools(request)
    async with desk.database.transaction() as connection:
        entries = await thread.entries(connection, desk.keys, case_id)
    said = {}
    for entry in entries:
        match entry.fact:
            case PlanDrafted(private=plan) if plan:
                said["plan"] = plan_told(plan)
            case WorkCompleted(private=words) | Replied(private=words) if words:
                said["result"] = words.text
    return said
