"""Every notice has its template, whole in both languages."""

import re
from typing import Any

import pytest

import policies
from activities.digests import TEMPLATES
from activities.wording import LIMITS_ZH, Wording
from complaints import notices
from complaints.orders import Notice, Recipient
from complaints.vocabulary import Role

POLICY = policies.load("sop")
SOURCE = notices.__file__
VALUES = {
    "number": "20260520001", "stage": "planning", "grade": "urgent", "department": "product", "round": "2",
    "handling_due_at": "2026-05-20T06:00:00+00:00", "due_at": "2026-05-20T06:00:00+00:00",
    "expected_at": "2026-05-21T06:00:00+00:00", "promised_at": "2026-05-20T06:00:00+00:00", "limit": "plan",
    "clock": "plan.1", "level": "2", "share": "0.5", "reason": "silent", "signal": "note",
    "count": "1", "lines": "- 20260520001, 2026-05-20T06:00:00+00:00",
    "others": "logistics,customer_service", "lead": "product-head", "named_contact": "agent-1",
}  # fmt: skip


def named() -> set[str]:
    """Every template the rules name."""
    tables = set(notices.TO_CUSTOMER.values()) | set(notices.REMINDERS.values())
    tables |= {template for targets in notices.TO_ROLE.values() for _, template in targets}
    source = open(SOURCE, encoding="utf-8").read()  # noqa: SIM115, PTH123  # the source itself is what is read
    tables |= set(re.findall(r'"([a-z_]+_(?:told|wanted))"', source))
    named = set(re.findall(r'_to_(?:role|head)\([^"]*"([a-z_]+)"', source))
    return tables | named | {"assigned", *TEMPLATES.values()}


def written(template: str, language: str) -> tuple[str, str]:
    notice = Notice(
        key="1", seq=1, template=template, recipient=Recipient(role=Role.AGENT), values=VALUES,
        private={"customer_name": "王小明", "words": "缘由", "plan": "1. 维修; 2026-05-20T06:00:00+00:00"},
    )  # fmt: skip
    return Wording(POLICY.body, POLICY.templates).write(notice, "http://desk.example/c/x", language)


def test_the_rules_name_exactly_the_templates_there_are() -> None:
    assert named() == set(POLICY.templates)


@pytest.mark.clause("SOP-2.5", "SOP-4.2", "SOP-4.3")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("template", sorted(POLICY.templates))
def test_a_template_writes_a_whole_notice(template: str, language: str) -> None:
    subject, text = written(template, language)
    assert "20260520001" in subject + text
    assert "\n" not in subject
    assert "{" not in text
    assert not re.search(r"\d\dT\d\d:", text), "an instant as machines write it"
    chinese = re.search("[一-鿿]", re.sub("王小明|缘由|维修", "", subject + text))
    assert bool(chinese) is (language == "zh")


def test_every_limit_has_a_chinese_word() -> None:
    assert set(POLICY.document.limits) <= set(LIMITS_ZH)


def test_a_subject_can_carry_no_second_header() -> None:
    values: dict[str, Any] = {**VALUES, "number": "1\r\nBcc: all@example.com"}
    notice = Notice(key="1", seq=1, template="number_notice", recipient=Recipient(role=Role.CUSTOMER), values=values,
                    private={"customer_name": "x"})  # fmt: skip
    subject, _ = Wording(POLICY.body, POLICY.templates).write(notice, "x")
    assert "\r" not in subject
    assert "\n" not in subject


def test_a_call_task_names_the_message_that_did_not_arrive() -> None:
    lost = {**VALUES, "limit": "calming", "reason": "undeliverable"}
    notice = Notice(
        key="1", seq=1, template="call_task", recipient=Recipient(role=Role.AGENT), values=lost, private={}
    )
    _, text = Wording(POLICY.body, POLICY.templates).write(notice, "http://desk.example/cases/x")
    assert "您的投诉 20260520001 已登记" in text
    assert "calming" not in text
