"""Every closed set of terms, once: the English name, the stored value and the Chinese word.

Labels on pages, `docs/vocabulary.md` and the values in the database all come from here.
"""

from enum import StrEnum


class Term(StrEnum):
    """A term of the field; `zh` is the word the documents use."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> "Term":
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member


class Stage(Term):
    """Where a complaint stands between arrival and archive."""

    RECEIVED = "received", "已接收"
    ANSWERING = "answering", "答复中"
    VERIFYING = "verifying", "核实中"
    GRADING = "grading", "分级复核中"
    DETERMINING_LIABILITY = "determining_liability", "责任判定中"
    PLANNING = "planning", "方案制定中"
    APPROVING = "approving", "方案审批中"
    PROPOSING = "proposing", "待客户答复"
    MEDIATING = "mediating", "调解中"
    EXECUTING = "executing", "执行中"
    CONFIRMING = "confirming", "待客户确认结果"
    REVISITING = "revisiting", "回访中"
    REMEDYING = "remedying", "补救中"
    CLOSED = "closed", "已结案"
    ARCHIVED = "archived", "已归档"


class Role(Term):
    """What a person is to the department; one person may have several."""

    AGENT = "agent", "客服专员"
    SUPERVISOR = "supervisor", "售后主管"
    DIRECTOR = "director", "售后总监"
    EXECUTIVE = "executive", "企业负责人"
    DEPARTMENT_HEAD = "department_head", "责任部门负责人"
    EXECUTOR = "executor", "责任部门执行人"
    REVISIT_SPECIALIST = "revisit_specialist", "回访专员"
    ENGINEER = "engineer", "运维工程师"
    ADMIN = "admin", "系统管理员"
    CUSTOMER = "customer", "客户"
    SYSTEM = "system", "系统"


class ActorKind(Term):
    """From where a command came."""

    STAFF = "staff", "员工"
    CUSTOMER = "customer", "客户"
    SYSTEM = "system", "系统"
    OPERATOR = "operator", "手工操作"


class Grade(Term):
    """How grave a complaint is: it sets the limits and the approver (SOP-2.2)."""

    URGENT = "urgent", "紧急"
    IMPORTANT = "important", "重要"
    GENERAL = "general", "一般"
    LOW = "low", "低优先级"


class Matter(Term):
    """What kind of thing a customer brings: only a complaint goes the whole way (WKS-1.3)."""

    COMPLAINT = "complaint", "投诉"
    PROBLEM = "problem", "问题反馈"
    INQUIRY = "inquiry", "咨询"


class CustomerKind(Term):
    """Who complains (DSP-1.1)."""

    PERSON = "person", "个人客户"
    COMPANY = "company", "企业客户"


class Indicator(Term):
    """A sign that a complaint is graver than an ordinary one (SOP-2.2)."""

    SAFETY_HAZARD = "safety_hazard", "安全隐患"
    INJURY = "injury", "人身伤害"
    PROPERTY_DAMAGE = "property_damage", "财产损失"
    MEDIA_EXPOSURE = "media_exposure", "媒体曝光"
    REGULATOR_THREAT = "regulator_threat", "威胁投诉至监管"
    AGITATED = "agitated", "情绪激动"
    REPEAT_COMPLAINT = "repeat_complaint", "重复投诉"
    LARGE_AMOUNT = "large_amount", "金额较大"
    GROUP_COMPLAINT = "group_complaint", "群体性投诉"
    SERIOUS_FAILURE = "serious_failure", "严重影响使用"
    PARTIAL_FAILURE = "partial_failure", "影响部分使用"
    BRAND_IMPACT = "brand_impact", "影响客户忠诚或口碑"


class Channel(Term):
    """How a complaint or a contact came in (SOP-1.1)."""

    PHONE = "phone", "电话"
    CHAT = "chat", "在线客服"
    EMAIL = "email", "邮件"
    SOCIAL = "social", "社交媒体"
    APP = "app", "手机应用"
    WECHAT = "wechat", "微信公众平台"
    COUNTER = "counter", "投诉台"
    SHOP = "shop", "线下门店"
    TICKET_SYSTEM = "ticket_system", "工单系统"


class LiableParty(Term):
    """Who has to answer for what went wrong (APP-2.2)."""

    COMPANY = "company", "企业"
    CARRIER = "carrier", "承运方"
    CUSTOMER = "customer", "客户"
    THIRD_PARTY = "third_party", "第三方"


class MeasureKind(Term):
    """One kind of thing a plan may promise (SOP-3.1)."""

    REPAIR = "repair", "维修"
    EXCHANGE = "exchange", "换货"
    RETURN = "return", "退货"
    REFUND = "refund", "退款"
    RESEND = "resend", "重新发货"
    SPEED_UP = "speed_up", "加急派送"
    APOLOGY = "apology", "书面道歉"
    COMPENSATION = "compensation", "补偿"
    COUPON = "coupon", "优惠券"
    GIFT = "gift", "礼品"
    SERVICE_UPGRADE = "service_upgrade", "升级服务体验"
    EXPLANATION = "explanation", "说明解释"
    TRAINING = "training", "人员培训"
    PROCESS_FIX = "process_fix", "流程优化"


class Answer(Term):
    """What the customer says to a plan."""

    ACCEPTED = "accepted", "接受"
    PARTLY_ACCEPTED = "partly_accepted", "部分接受"
    NOT_ACCEPTED = "not_accepted", "不接受"


class StepStatus(Term):
    """How far one step of the execution is (SOP-4.1)."""

    WAITING = "waiting", "待处理"
    IN_PROGRESS = "in_progress", "处理中"
    AWAITING_REPLY = "awaiting_reply", "待反馈"
    DONE = "done", "已完成"


class Debtor(Term):
    """Who owes the act a clock waits for; only the company's clocks are ever a breach."""

    COMPANY = "company", "企业"
    CUSTOMER = "customer", "客户"
    SYSTEM = "system", "系统"


class ClockState(Term):
    """How a clock stands."""

    RUNNING = "running", "计时中"
    WARNED = "warned", "已预警"
    MISSED = "missed", "已超时"
    SUSPENDED = "suspended", "升级暂缓"


class LookUpStatus(Term):
    """What the company's own records said (SOP-2.1)."""

    PENDING = "pending", "查询中"
    FOUND = "found", "已查到"
    NOT_FOUND = "not_found", "未查到"
    FAILED = "failed", "查询失败"


class ContactOutcome(Term):
    """What came of a contact with the customer (SOP-1.1)."""

    REACHED = "reached", "已联系上"
    NO_ANSWER = "no_answer", "未接通"
    MESSAGE_LEFT = "message_left", "已留言"


class TellingWay(Term):
    """How the customer is told: by a message we send, or by a call somebody made."""

    MESSAGE = "message", "消息"
    CALL = "call", "电话"


class Closing(Term):
    """How a case came to its close."""

    RESOLVED = "resolved", "已解决"
    UNCONFIRMED = "closed_unconfirmed", "未获确认结案"
    WITHDRAWN = "withdrawn", "客户撤诉"
    DISCARDED = "discarded", "非投诉或重复"


class Confirmation(Term):
    """What ends a case well: the customer's signature, the revisit, or first one and then the other (WKS-5.1)."""

    SIGNED = "signed", "客户签字确认"
    BY_REVISIT = "by_revisit", "回访确认"
    BOTH = "both", "签字确认并回访"


class RevisitWay(Term):
    """How a revisit is made (SVC-4.1)."""

    PHONE = "phone", "电话"
    QUESTIONNAIRE = "questionnaire", "在线问卷"


class CustomerValue(Term):
    """What a customer is to the company (SVC-4.2)."""

    ORDINARY = "ordinary", "普通客户"
    HIGH_VALUE = "high_value", "高价值客户"
    CHURN_RISK = "churn_risk", "潜在流失客户"


class Unit(Term):
    """In what a limit is counted."""

    NATURAL = "natural", "自然时间"
    WORKING_TIME = "working_time", "工作时间"
    WORKING_DAY = "working_day", "工作日"


class CalendarState(Term):
    """Whose word a calendar is."""

    OFFICIAL = "official", "官方公布"
    PROVISIONAL = "provisional", "暂定"
    COMPANY = "company", "企业自定"


class Why(Term):
    """Why a stretch of time counts or doesn't."""

    NATURAL = "natural", "自然时间"
    SHIFT = "shift", "工作时间"
    WORKING_DAY = "working_day", "工作日"
    MAKE_UP = "make_up", "调休上班"
    SPECIAL = "special", "特殊工作时间"
    BREAK = "break", "班次间休息"
    OFF_HOURS = "off_hours", "非工作时间"
    DAY_OFF = "day_off", "休息日"
    HOLIDAY = "holiday", "放假"


class Verdict(Term):
    """What became of a command."""

    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "已拒绝"
    DUPLICATE = "duplicate", "重复"
