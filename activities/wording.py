"""A notice's subject and text from its template: words in the policy's language, times on the policy's wall clock."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from complaints.orders import Notice
from complaints.vocabulary import Grade, Stage

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
LINE_BREAKS = re.compile(r"[\r\n\x00-\x1f]+")

LIMITS_ZH = {
    "first_response": "首次响应", "registration": "登记", "verification": "核实", "grading": "分级复核",
    "start_handling": "启动处理", "liability": "责任判定", "joint_determination": "联合判定", "plan": "方案制定与审批",
    "plan_told": "方案告知", "answer": "客户答复", "execution_start": "开始执行", "step_promise": "步骤承诺时间",
    "plan_promise": "方案承诺时间", "progress": "进度同步", "proof": "提供凭证", "information": "客户补充资料",
    "confirmation": "客户确认", "call_task": "致电客户", "revisit": "回访", "questionnaire": "客户填写问卷",
    "remedy": "补救", "remedy_assigned": "指定补救负责人", "suggestion": "意见建议反馈", "archive": "归档",
    "lead_contact": "组长联系客户",
}  # fmt: skip
"""Chinese words for the limits' names."""


class Wording:
    """One policy version's templates and words."""

    def __init__(self, body: dict[str, Any], templates: dict[str, Any]) -> None:
        self.body = body
        self.templates = templates
        self.language: str = body["policy"]["language"]["value"]
        self.zone = ZoneInfo(body["policy"]["zone"]["value"])
        self.engine = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
        self.compiled = cache(self.engine.from_string)

    def write(self, notice: Notice, link: str, language: str = "") -> tuple[str, str]:
        """Subject and text of a notice; KeyError for a template the policy doesn't have."""
        language = language or self.language
        template = self.templates[notice.template][language]
        values = {**self._values(notice, language), "link": link}
        subject = self.compiled(template["subject"]).render(values)
        return LINE_BREAKS.sub(" ", subject), self.compiled(template["body"]).render(values)

    def on_behalf_of(self, absent: Sequence[str], subject: str, text: str) -> tuple[str, str]:
        """The same for who stands in: it says for whom."""
        if self.language == "zh":
            names = "、".join(absent)
            return LINE_BREAKS.sub(" ", f"[代 {names}] {subject}"), f"您代 {names} 收到此通知。\n\n{text}"
        names = ", ".join(absent)
        return LINE_BREAKS.sub(" ", f"[for {names}] {subject}"), f"You get this standing in for {names}.\n\n{text}"

    def _values(self, notice: Notice, language: str) -> dict[str, str]:
        plain = {name: self._plain(name, value, language) for name, value in notice.values.items()}
        private = {name: self._local(value) if name == "plan" else value for name, value in notice.private.items()}
        empty = dict.fromkeys(("words", "limit", "due_at", "others", "named_contact", "revisit_number"), "")
        return {**empty, **plain, **self._undelivered(notice, language), **private}

    def _undelivered(self, notice: Notice, language: str) -> dict[str, str]:
        """A call task for a message that didn't arrive names it by its subject."""
        message = notice.values.get("limit", "")
        if message in LIMITS_ZH or message not in self.templates:
            return {}
        subject = self.compiled(self.templates[message][language]["subject"])
        return {"limit": subject.render(number=notice.values["number"])}

    def _plain(self, name: str, value: str, language: str) -> str:
        if name.endswith("_at") or name == "lines":
            return self._local(value)
        if name == "limit" and language == "zh":
            return LIMITS_ZH.get(value, value)
        if name == "others":
            return ("、" if language == "zh" else ", ").join(
                self._plain("department", each, language) for each in value.split(",") if each
            )
        if name == "department":
            words = self.body["departments"].get(value)
            return str(words[language]) if words else value
        if name == "grade" and not value:
            return "未定" if language == "zh" else "not given yet"
        if language == "zh" and name in ("stage", "grade") and value:
            return Stage(value).zh if name == "stage" else Grade(value).zh
        return value

    def _local(self, text: str) -> str:
        """Every instant in a text as the wall clock shows it."""
        return INSTANT.sub(lambda found: self._shown(found[0]), text)

    def _shown(self, instant: str) -> str:
        return datetime.fromisoformat(instant).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
