"""The handbook as a page of the console, with the words that one has read it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import access
from api.handbook import handbook, policy_of
from api.templating import render
from api.tools import tools
from complaints.account import Language
from records import handbooks

router = APIRouter(include_in_schema=False)


@router.get("/handbook/{key}", response_class=HTMLResponse)
async def page(request: Request, key: str, lang: Language = "zh") -> Response:
    """Every chapter of the policy's handbook."""
    person = await access.staff_from_cookie(request)
    if person is None or person.must_change:
        return RedirectResponse("/login", status_code=303)
    desk = tools(request)
    made = handbook(await policy_of(desk, key), lang)
    async with desk.database.transaction() as connection:
        read_at = await handbooks.read_at(connection, key, made.version, person.id)
    return render("staff/handbook.html", title=made.title, lang=lang, book=made, read_at=read_at, person=person)


@router.post("/handbook/{key}/receipt")
async def say_read(request: Request, key: str, csrf: Annotated[str, Form()] = "") -> Response:
    """Whoever is logged in has read it."""
    person = await access.staff_from_cookie(request)
    if person is None or person.must_change or person.csrf != csrf:
        return RedirectResponse("/login", status_code=303)
    desk = tools(request)
    version = (await policy_of(desk, key)).version
    async with desk.database.transaction() as connection:
        await handbooks.read(connection, key, version, person.id)
    return RedirectResponse(f"/handbook/{key}", status_code=303)
