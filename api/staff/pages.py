"""Staff pages: log in, my desk, one case. What people do to a case goes through REST v1."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import access
from api.access import COOKIE, Caller
from api.errors import NO_SUCH_CASE
from api.templating import render
from api.tools import Tools, tools
from complaints.vocabulary import Grade, Matter, Role, Stage
from plumbing.masking import mask_email, mask_name, mask_phone
from records import people, policies, thread, worklists
from records.people import WeakPassword, WrongPassword

router = APIRouter(include_in_schema=False)

WRONG = "账号或密码不正确,或账号暂时锁定。 Login or password is wrong, or the account is locked for a while."
WEAK = "新密码至少 10 个字符,且不能与原密码相同。 At least 10 characters, and not the old one again."


@router.get("/login", response_class=HTMLResponse)
async def login_page(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002  # the query's usual name
    """The form."""
    return _login(request, next)


@router.post("/login")
async def log_in(
    request: Request,
    login: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=200)],
    next: Annotated[str, Form(max_length=1000)] = "/",  # noqa: A002
    new_password: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Start a session; a seeded password is changed first."""
    desk = tools(request)
    try:
        person = await people.authenticate(desk.database, login, password)
        if person.must_change:
            if not new_password:
                return _login(request, next, login=login, change=True)
            await people.change_password(desk.database, person, password, new_password)
    except WrongPassword:
        return _login(request, next, problem=WRONG, login=login, status=401)
    except WeakPassword:
        return _login(request, next, problem=WEAK, login=login, change=True, status=422)
    async with desk.database.transaction() as connection:
        token, _ = await people.open_session(connection, person)
    answer = RedirectResponse(_inside(request, next), status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")
    return answer


def _login(
    request: Request, next_page: str, *, problem: str = "", login: str = "", change: bool = False, status: int = 200
) -> HTMLResponse:
    values = {"next": next_page, "problem": problem, "login": login, "change": change}
    page = render("staff/login.html", status, title="登录 Log in", **values)
    # A browser holds form-action against the page the answer redirects to as well: it may be the codec server's.
    page.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {tools(request).settings.codec_url.rstrip('/')}"
    )
    return page


def _inside(request: Request, next_page: str) -> str:
    """Only pages of this host, the codec server's among them, are gone to after a login."""
    codec = tools(request).settings.codec_url.rstrip("/")
    if next_page == codec or next_page.startswith(f"{codec}/"):
        return next_page
    local = next_page.startswith("/") and not next_page.startswith(("//", "/\\"))
    return next_page if local else "/"


@router.post("/logout")
async def log_out(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    """End the session."""
    person = await access.staff_from_cookie(request)
    if person is not None and person.csrf == csrf:
        async with tools(request).database.transaction() as connection:
            await people.end_session(connection, request.cookies[COOKIE])
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/", response_class=HTMLResponse)
async def my_desk(request: Request) -> Response:
    """Open cases this person may see, the nearest due time first."""
    person = await access.staff_from_cookie(request)
    if person is None or person.must_change:
        return RedirectResponse("/login?next=/", status_code=303)
    desk = tools(request)
    asking = await access.caller_of(desk, person)
    wanted = worklists.Wanted(departments=access.departments_seen(asking), persons=asking.persons(), limit=100)
    async with desk.database.transaction() as connection:
        page = await worklists.cases(connection, desk.keys, wanted)
    rows = [_row(row) for row in page.rows if row["stage"] != Stage.ARCHIVED.value]
    return render("staff/desk.html", title="我的工作台", person=person, rows=rows, ui=desk.settings.codec_url)


@router.get("/cases/{number}", response_class=HTMLResponse)
async def case_page(request: Request, number: str) -> Response:
    """One case: where it stands, its clocks, what happened."""
    person = await access.staff_from_cookie(request)
    if person is None or person.must_change:
        return RedirectResponse(f"/login?next=/cases/{number}" if number.isalnum() else "/login", status_code=303)
    desk = tools(request)
    asking = await access.caller_of(desk, person)
    async with desk.database.transaction() as connection:
        row = await worklists.one(connection, number)
        if row is None or not access.may_see(asking, row):
            raise NO_SUCH_CASE
        clocks = await worklists.deadlines(connection, row["case_id"])
        entries = await thread.entries(connection, None, row["case_id"])
        body = await policies.body(connection, row["policy"], row["policy_version"])
    return render(
        "staff/case.html", title=number, row=_row(row), clocks=clocks, entries=entries,
        ui=f"{desk.settings.codec_url.rstrip('/')}/namespaces/{desk.settings.temporal_namespace}"
        f"/workflows/complaint-{number}",
        allowed=await desk.casework.allowed(row, asking.actor), checklist=_checklist(row, body),
        involved=row["involved"], **_personal(desk, row, asking),
    )  # fmt: skip


def _personal(desk: Tools, row: dict[str, Any], asking: Caller) -> dict[str, Any]:
    contact, description = worklists.personal(desk.keys, row)
    shown = {name: contact.get(name, "") for name in ("name", "phone", "email")}
    if not access.may_see_contact(asking):
        masks = {"name": mask_name, "phone": mask_phone, "email": mask_email}
        shown = {name: masks[name](value) if value else "" for name, value in shown.items()}
    return {"contact": shown, "description": description if access.may_see_words(asking) else ""}


def _checklist(row: dict[str, Any], body: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The stage's exit checklist in both languages, and what of it is ticked off (APP-7.3)."""
    done = (row["view"] or {}).get("checked", ())
    items = body.get("stages", {}).get(row["stage"], {}).get("checklist", {})
    return [(words["zh"], words["en"], item in done) for item, words in items.items()]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the words of the vocabulary, lateness by the server's clock."""
    due = row["next_due"]
    return {
        "number": row["number"],
        "stage": Stage(row["stage"]),
        "grade": Grade(row["grade"]) if row["grade"] else None,
        "owner": Role(row["owner_role"]),
        "waiting": row["waiting_for_customer"],
        "department": row["department"],
        "others": row["others"],
        "lead": row["lead"],
        "due": due,
        "late": due is not None and due < datetime.now(UTC),
        "clock": row["next_due_clock"],
        "round": row["round"],
        "level": row["escalation_level"],
        "matter": Matter(row["matter"]),
        "revisit": row["revisit_number"],
        "suggestion_to": row["suggestion_to"],
        "policy": row["policy"],
        "policy_version": row["policy_version"],
    }
