"""One example a command, for the API's description: each fits its kind, which a test sees to."""

from inspect import getdoc
from typing import Any

from complaints.commands import HUMAN_COMMANDS

FORM = {
    "contact": {"name": "王小明", "phone": "13812345678", "email": "wang@example.com"},
    "description": "5月19日晚, 家中, 热水器漏水",
    "demand": "换货",
    "order_number": "A1001",
}
SAID = {"text": "客户来电说明情况"}
EVIDENCE = {"reference": "call-20260520-17"}
SOON, LATER = "2026-05-21T18:00:00+08:00", "2026-05-22T18:00:00+08:00"
MEETING = {
    "attendees": ["物流部门负责人", "产品部门负责人"],
    "held_at": "2026-05-20T15:00:00+08:00",
    "minutes": "外箱压痕在承运环节形成",
}
MEASURE = {"kind": "resend", "text": "重新发货", "actor": "物流专员", "until": SOON, "amount": "0"}

BODIES: dict[str, dict[str, Any]] = {
    "respond": {"channel": "phone", "contacted_at": "2026-05-20T12:05:00+08:00", "outcome": "reached", "words": SAID},
    "register": {"form": FORM, "category": "logistics_delay", "grade": "general", "indicators": ["agitated"]},
    "confirm_facts": {"way": "call", "words": {"text": "逐项复述, 客户确认无误", "reference": "call-20260520-18"}},
    "correct_registration": {"form": {**FORM, "order_number": "A1002"}},
    "reply": {"words": {"text": "在手机应用的“我的设备”里可以修改昵称"}},
    "convert": {"grade": "general", "words": {"text": "客户要求按投诉处理"}},
    "discard": {"words": {"text": "与前一单重复"}, "duplicate_of": "20260520001"},
    "request_information": {"words": {"text": "请提供照片"}, "way": "message"},
    "provide_information": {"words": {"text": "照片已发"}, "evidence": EVIDENCE},
    "look_up": {"order_number": "A1001"},
    "give_opinion": {"cause": "内胆开裂", "words": SAID},
    "verify": {"words": {"text": "订单与物流一致"}, "look_up_answer": ""},
    "grade": {"grade": "important", "indicators": ["repeat_complaint"], "words": {"text": "第二次投诉"}},
    "endorse": {"grade": "important"},
    "call_joint_determination": {"departments": ["product", "logistics"]},
    "determine_liability": {"party": "company", "department": "logistics", "meeting": MEETING},
    "start_handling": {"first_action": "联系承运商"},
    "draft_plan": {"plan": {"cause": "运输途中丢失", "measures": [MEASURE]}},
    "approve": {"words": {"text": "同意"}},
    "send_back": {"words": {"text": "补偿金额不足"}},
    "open_emergency_measure": {"words": {"text": "先行赔付"}, "amount": "500.00"},
    "propose": {"way": "call", "words": EVIDENCE},
    "answer": {"answer": "accepted", "evidence": EVIDENCE},
    "mediate": {"words": {"text": "与客户通话, 同意退款并补偿优惠券"}},
    "record_step": {"step": "m1", "status": "done", "words": {"text": "已发出, 运单 SF100"}},
    "report_delay": {"step": "m1", "expected_at": LATER, "words": {"text": "仓库缺货"}},
    "report_progress": {"words": {"text": "已在途"}},
    "complete": {"words": {"text": "客户已签收"}},
    "request_proof": {"words": {"text": "请给运单"}, "evidence": EVIDENCE},
    "supply_proof": {"words": {"text": "运单 SF100"}},
    "confirm": {"words": {"text": "王小明"}, "evidence": EVIDENCE},
    "contest": {"words": {"text": "仍然漏水"}, "evidence": EVIDENCE},
    "close_unconfirmed": {"words": {"text": "三次联系未果"}},
    "record_revisit": {"solved": True, "effect_score": 5, "attitude_score": 4, "suggestion": "说明书再清楚些"},
    "answer_questionnaire": {"solved": True, "effect_score": 5, "attitude_score": 4, "evidence": EVIDENCE},
    "assign_remedy": {"staff_id": "supervisor-1"},
    "answer_suggestion": {"words": {"text": "新版说明书已加图示"}},
    "record_remedy": {"new_plan": False, "words": {"text": "已致歉"}},
    "reopen": {"words": {"text": "客户再次反映"}},
    "withdraw": {"words": {"text": "客户撤诉"}, "evidence": EVIDENCE},
    "urge": {"words": {"text": "请尽快"}, "evidence": EVIDENCE},
    "note": {"words": {"text": "先查物流"}},
    "attach_evidence": {"words": {"text": "照片一张"}, "sha256": "0" * 64},
    "correct_contact": {"contact": FORM["contact"]},
    "assign": {"role": "executor", "staff_id": "logistics-executor"},
    "name_involved": {"involved": ["logistics-executor"]},
    "check_off": {"items": ["order_compared"]},
    "escalate": {"words": {"text": "客户情绪激动"}},
    "acknowledge": {"clock": "plan", "next_action_at": SOON, "words": {"text": "下午给方案"}},
}

COMMANDS: dict[str, Any] = {
    kind: {
        "summary": (getdoc(HUMAN_COMMANDS[kind]) or kind).splitlines()[0],
        "value": {"kind": kind, **body},
    }
    for kind, body in BODIES.items()
}
"""By kind, as OpenAPI lists examples."""
