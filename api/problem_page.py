"""What went wrong, on a page: for whoever came by a browser's form or link and not by REST."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.templating import render

STAFF = ("", "cases", "handbook", "login", "logout")
CUSTOMER = "c"

SAYS = {
    "idempotency_conflict": "这一页的内容已经提交过,没有再次提交;请返回后在最新页面填写。 "
    "This form was sent before, with something else in it. Go back to the page as it stands now and write it there.",
    "no_such_complaint": "没有您可以查看的这件投诉。 There is no such complaint that you may see.",
    "no_such_policy": "没有这份流程。 There is no policy with this key.",
    "no_questionnaire": "现在没有需要您填写的内容。 Nothing is asked of you here now.",
    "invalid": "有些内容不符合要求,没有提交。 Some of it doesn't fit; nothing was sent.",
    "too_large": "内容太长,没有提交。 This is too much for one form; nothing was sent.",
    "erased": "这件投诉的个人资料已删除。 The personal data of this complaint were erased; it takes nothing more.",
    "database_away": "系统暂时不可用,请稍后再试。 We can't take it at the moment; please try again soon.",
    "key_store_away": "系统暂时不可用,请稍后再试。 We can't take it at the moment; please try again soon.",
    "fault": "我们这边出了问题,请稍后再试。 Something went wrong on our side; please try again later.",
}
"""By code, for people who know nothing of requests and keys; other codes keep their own sentence."""


def is_page(request: Request) -> bool:
    """Whether this address is a page's."""
    return _first(request) in (*STAFF, CUSTOMER)


def page(request: Request, status: int, code: str, message: str, fields: Sequence[Any]) -> HTMLResponse:
    """The problem, and the way back: to the customer's own page, or to the desk."""
    parts = request.url.path.split("/")
    back = "/".join(parts[:3]) if _first(request) == CUSTOMER else "/"
    return render("problem.html", status, title="投诉台", says=SAYS.get(code, message), fields=fields, back=back)


def _first(request: Request) -> str:
    return request.url.path.split("/")[1] if request.url.path.startswith("/") else ""
