"""The tables; each column says what it holds. What is personal lies sealed, or as a keyed hash to find it by."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, UUID

metadata = MetaData()

BY_DUE = literal_column("coalesce(next_due, '9999-01-01 00:00:00+00'::timestamptz)", TIMESTAMP(timezone=True))
"""What lists are sorted by: cases without a due time last. A constant in it, not a parameter, or no index serves."""


def text(name: str, says: str, **more: Any) -> Column[str]:
    return Column(name, Text, comment=says, **{"nullable": False, **more})


def instant(name: str, says: str, **more: Any) -> Column[Any]:
    return Column(name, TIMESTAMP(timezone=True), comment=says, **{"nullable": False, **more})


def number(name: str, says: str, **more: Any) -> Column[int]:
    return Column(name, Integer, comment=says, **{"nullable": False, **more})


def yes_or_no(name: str, says: str, **more: Any) -> Column[bool]:
    return Column(name, Boolean, comment=says, **{"nullable": False, "server_default": "false", **more})


def sealed(name: str, says: str, **more: Any) -> Column[bytes]:
    return Column(name, LargeBinary, comment=f"sealed: {says}", **more)


def texts(name: str, says: str, **more: Any) -> Column[Any]:
    return Column(name, ARRAY(Text), comment=says, **{"nullable": False, "server_default": "{}", **more})


def document(name: str, says: str, **more: Any) -> Column[Any]:
    return Column(name, JSONB, comment=says, **{"nullable": False, **more})


def uuid(name: str, says: str, **more: Any) -> Column[Any]:
    return Column(name, UUID(as_uuid=False), comment=says, **{"nullable": False, **more})


def case_id(**more: Any) -> Column[Any]:
    return Column("case_id", UUID(as_uuid=False), comment="the case", **{"nullable": False, **more})


policy_version = Table(
    "policy_version",
    metadata,
    text("key", "the policy's key"),
    text("version", "the author's version and a digest of the content"),
    document("body", "the whole policy file"),
    document("templates", "its notice templates, in both languages"),
    instant("loaded_at", "when it was stored", server_default=func.now()),
    PrimaryKeyConstraint("key", "version"),
    comment="policies, immutable: a case reads its own version for ever",
)

policy_publication = Table(
    "policy_publication",
    metadata,
    uuid("id", "uuid5 of who published, the policy and the request's key", primary_key=True),
    text("key", "the policy's key"),
    text("version", "the author's version and a digest of the content"),
    text("body", "the policy file, letter by letter"),
    text("templates", "its template file"),
    text("published_by", "a staff id, or the command line"),
    instant("published_at", "since when new cases get it", server_default=func.clock_timestamp()),
    text("request_hash", "digest of the request, to tell a repeat from another request"),
    Index("ix_publication_newest", "key", "published_at"),
    comment="policies as published, append-only: the last of a key goes to new cases",
)

adoption = Table(
    "adoption",
    metadata,
    uuid("id", "the preview's id, and the adoption's once it is started", primary_key=True),
    text("policy", "the policy's key"),
    text("to_version", "the version taken; empty where each case keeps its own"),
    text("calendar", "the calendar taken, key and version; empty where a policy is", server_default=""),
    text("reason", "why, about the policy; no customer is named here"),
    document("figures", "how many deadlines move, start, end or are overdue by it"),
    text("previewed_by", "who asked what it would change"),
    instant("previewed_at", "and when", server_default=func.clock_timestamp()),
    text("started_by", "who had it done", nullable=True),
    instant("started_at", "and when; empty while it is only a preview", nullable=True),
    uuid("start_id", "uuid5 of who had it done and the request's key", nullable=True, unique=True),
    Index("ix_adoption_previewed", "previewed_at", postgresql_where="started_at is null"),
    comment="running cases that take another version of policy or calendar; previewed first",
)

adoption_case = Table(
    "adoption_case",
    metadata,
    uuid("adoption_id", "the adoption"),
    case_id(),
    text("number", "the complaint's number"),
    text("from_version", "the version it was judged by"),
    text("to_version", "the version it takes"),
    number("seen", "journal number of the last fact that was known then"),
    document("changes", "clock, limit, due before and due after of each"),
    uuid("command_id", "the command it was told by; empty before, and where it is skipped", nullable=True),
    text("skipped", "why it was not told", server_default=""),
    PrimaryKeyConstraint("adoption_id", "number"),
    comment="one case of an adoption: every deadline that changes, before and after",
)

calendar_version = Table(
    "calendar_version",
    metadata,
    text("key", "the calendar's key"),
    text("version", "the author's version and a digest of the content"),
    text("state", "whose word it is: official, provisional or company"),
    document("body", "the whole calendar, with the one it extends"),
    instant("loaded_at", "when it was stored; the newest is the one new cases are reckoned by",
            server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("key", "version"),
    comment="working calendars, immutable: a due time reached long ago can still be explained",
)  # fmt: skip

counter = Table(
    "counter",
    metadata,
    text("key", "a number pattern of one period, without its serial", primary_key=True),
    Column("value", BigInteger, nullable=False, comment="the last running number given out"),
    comment="running numbers",
)

revisit = Table(
    "revisit",
    metadata,
    case_id(),
    number("round", "the round it ends"),
    text("number", "its number, a label", unique=True),
    instant("called_at", "when it was called for"),
    PrimaryKeyConstraint("case_id", "round"),
    comment="one row a numbered revisit, by which its case is found",
)

complaint_case = Table(
    "complaint_case",
    metadata,
    case_id(primary_key=True),
    text("number", "the complaint number, a label", unique=True),
    text("policy", "key of the policy it is judged by"),
    text("policy_version", "and its version"),
    text("brand", "the brand, where the company has several", server_default=""),
    text("channel", "how it arrived"),
    text("state", "opening: noted, workflow not yet started; open; ended"),
    instant("arrived_at", "when it reached the company"),
    instant("opened_at", "when it was taken by the API"),
    text("opened_by", "who took it: an actor's id"),
    text("caller", "who may repeat the request under the same key"),
    text("idempotency_key", "the caller's key for the request"),
    text("request_hash", "digest of the request, to tell a repeat from another request"),
    sealed("start_input", "what the workflow is started with", nullable=False),
    sealed("contact", "the customer's name, phone and mail"),
    sealed("description", "what happened and what is wanted"),
    Column("phone_hash", LargeBinary, comment="keyed hash of the phone number"),
    Column("email_hash", LargeBinary, comment="keyed hash of the mail address"),
    Column("order_hash", LargeBinary, comment="keyed hash of the order number"),
    Column("bigrams", ARRAY(Integer), nullable=False, server_default="{}", comment="keyed letter pairs, for search"),
    number("version", "journal number of the last fact shown here", server_default="0"),
    text("stage", "where it stands", server_default="received"),
    text("grade", "how grave it is", nullable=True),
    text("matter", "complaint, problem or inquiry", server_default="complaint"),
    text("category", "what kind of complaint", nullable=True),
    text("department", "the department concerned", nullable=True),
    texts("others", "departments that support the one concerned"),
    text("lead", "who leads several departments, by name", nullable=True),
    text("owner_role", "whose turn it is", server_default="agent"),
    text("owner_id", "and who by name", nullable=True),
    number("round", "the plan's round", server_default="1"),
    number("escalation_level", "the highest level brought in", server_default="0"),
    yes_or_no("waiting_for_customer", "whether it is the customer's turn"),
    yes_or_no("needs_hand", "whether somebody has to call the customer"),
    yes_or_no("hand_marked", "whether a signal came by hand"),
    text("revisit_number", "number of the last revisit", server_default=""),
    text("suggestion_to", "the department that owes a suggestion its answer", server_default=""),
    yes_or_no("overdue", "whether a company limit is missed and its act not done"),
    instant("next_due", "the nearest due time", nullable=True),
    text("next_due_clock", "and its clock", nullable=True),
    text("closing", "how it was closed", nullable=True),
    instant("closed_at", "and when", nullable=True),
    texts("involved", "ids of the staff the complaint is about"),
    document("view", "the whole view of the case", nullable=True),
    instant("aborted_at", "when its workflow was found terminated by somebody; empty while it goes on", nullable=True),
    UniqueConstraint("caller", "idempotency_key"),
    Index("ix_case_sorted", BY_DUE, "case_id"),
    Index("ix_case_stage", "stage", BY_DUE, "case_id"),
    Index("ix_case_department", "department", BY_DUE, "case_id"),
    Index("ix_case_grade", "grade", BY_DUE, "case_id"),
    Index("ix_case_matter", "matter", BY_DUE, "case_id"),
    Index("ix_case_suggestion", "suggestion_to", postgresql_where="suggestion_to <> ''"),
    Index("ix_case_owner_role", "owner_role", BY_DUE, "case_id"),
    Index("ix_case_owner", "owner_id", BY_DUE, "case_id"),
    Index("ix_case_overdue", BY_DUE, "case_id", postgresql_where="overdue"),
    Index("ix_case_waiting", BY_DUE, "case_id", postgresql_where="waiting_for_customer"),
    Index("ix_case_open", "stage", "grade", postgresql_where="state <> 'ended'"),
    Index("ix_case_due", "next_due", "case_id"),
    Index("ix_case_others", "others", postgresql_using="gin"),
    Index("ix_case_lead", "lead", postgresql_where="lead is not null"),
    Index("ix_case_worklist", "state", "stage", "next_due"),
    Index("ix_case_involved", "involved", postgresql_using="gin"),
    Index("ix_case_bigrams", "bigrams", postgresql_using="gin"),
    Index("ix_case_phone", "phone_hash"),
    Index("ix_case_email", "email_hash"),
    Index("ix_case_order", "order_hash"),
    comment="one row a case: its opening, and the projection of its journal",
)

deadline = Table(
    "deadline",
    metadata,
    case_id(),
    text("clock", "the clock's key"),
    text("limit_name", "the policy's limit"),
    text("debtor", "company, customer or system"),
    text("owner_role", "who owes the act"),
    instant("anchored_at", "what it runs from"),
    instant("due_at", "when it is due"),
    text("state", "running, warned, missed or suspended"),
    yes_or_no("paused", "whether it waits for information now"),
    number("level", "the ladder level reached"),
    text("next_rung", "what it does next"),
    instant("next_rung_at", "and when"),
    PrimaryKeyConstraint("case_id", "clock"),
    Index("ix_deadline_due", "due_at"),
    comment="every running clock, side by side",
)

journal = Table(
    "journal",
    metadata,
    case_id(),
    number("seq", "the fact's place in the case"),
    text("kind", "the kind of fact"),
    number("fact_version", "the shape it was written in"),
    instant("at", "when the workflow decided it"),
    instant("taken_at", "when its command was taken"),
    instant("recorded_at", "when it was written", server_default=func.clock_timestamp()),
    document("actor", "who did it: kind, id, roles, department"),
    text("command_id", "the command it came from", nullable=True),
    text("policy", "policy key"),
    text("policy_version", "and version it was judged by"),
    document("plain", "the stage after it, and the fact without what is private"),
    sealed("sealed", "the private part"),
    text("key_id", "the key that seals it", nullable=True),
    Column("prev_hash", LargeBinary, nullable=False, comment="hash of the fact before"),
    Column("hash", LargeBinary, nullable=False, comment="hash over this row, ciphertext included"),
    PrimaryKeyConstraint("case_id", "seq"),
    Index("ix_journal_kind", "kind", "at"),
    comment="what happened, append-only and chained by hashes",
)

receipt = Table(
    "receipt",
    metadata,
    Column("command_id", UUID(as_uuid=False), primary_key=True, comment="uuid5 of caller, case and key"),
    case_id(),
    text("number", "the complaint's number"),
    text("kind", "the kind of command"),
    text("caller", "who sent it"),
    text("request_hash", "digest of the request"),
    instant("taken_at", "when it was taken, by this database's clock", server_default=func.clock_timestamp()),
    sealed("envelope", "the signal, to be sent again", nullable=False),
    instant("signalled_at", "when the workflow got it", nullable=True),
    text("verdict", "accepted or refused", nullable=True),
    text("code", "why refused", server_default=""),
    text("message", "the same in a sentence", server_default=""),
    texts("fields", "the fields it is about"),
    Column("facts", ARRAY(Integer), nullable=False, server_default="{}", comment="journal numbers it made"),
    instant("settled_at", "when the outcome was known", nullable=True),
    Index("ix_receipt_unsettled", "taken_at", postgresql_where="settled_at is null"),
    comment="every command taken through the API",
)

notice = Table(
    "notice",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True, comment="running id"),
    case_id(),
    text("number", "the complaint's number"),
    number("seq", "the fact it tells of"),
    text("notice_key", "its key in the case"),
    text("template", "the template it was made from"),
    text("recipient_role", "the role it is for"),
    text("recipient_id", "a staff id, or customer"),
    texts("on_behalf_of", "ids of the absent persons it was meant for"),
    text("channel", "mail"),
    text("status", "sending, sent, undeliverable, or held until quiet hours end"),
    number("attempts", "how often it was tried", server_default="0"),
    text("message_id", "its Message-ID, the same at every try", unique=True),
    sealed("message", "address, subject and text"),
    text("error_code", "why it could not be delivered", server_default=""),
    instant("created_at", "when it was first tried", server_default=func.clock_timestamp()),
    instant("sent_at", "when the provider took it", nullable=True),
    instant("held_until", "when the quiet hours end that it is kept back for", nullable=True),
    Column("digest_id", BigInteger, comment="the digest it goes out in"),
    UniqueConstraint("case_id", "seq", "template", "recipient_id", "channel"),
    Index("ix_notice_sending", "created_at", postgresql_where="status = 'sending'"),
    Index("ix_notice_held", "held_until", postgresql_where="status = 'held'"),
    Index("ix_notice_digest", "digest_id", postgresql_where="digest_id is not null"),
    comment="every notice, one row a recipient and channel",
)

staff = Table(
    "staff",
    metadata,
    text("id", "stable id, used in facts", primary_key=True),
    text("login", "the name one logs in with", unique=True),
    text("name", "the name shown"),
    text("email", "where notices go"),
    texts("roles", "what the person is"),
    text("department", "the department", nullable=True),
    text("password_hash", "argon2"),
    yes_or_no("must_change", "whether the password must be changed first"),
    number("failed_logins", "in a row", server_default="0"),
    instant("locked_until", "after too many", nullable=True),
    yes_or_no("active", "whether the person may come in", server_default="true"),
    comment="people of the department",
)

deputy = Table(
    "deputy",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True, comment="running id"),
    text("person", "who is away"),
    text("deputy", "who stands in"),
    instant("starts_at", "from when"),
    instant("ends_at", "until when, this instant no longer"),
    text("reason", "why, in a word"),
    text("named_by", "who said so"),
    instant("named_at", "and when", server_default=func.clock_timestamp()),
    instant("ended_at", "when it was ended before its time", nullable=True),
    text("ended_by", "and by whom", nullable=True),
    Index("ix_deputy_person", "person", "ends_at"),
    Index("ix_deputy_deputy", "deputy", "ends_at"),
    comment="who stands in for whom, and when",
)

digest = Table(
    "digest",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True, comment="running id"),
    text("kind", "kept_back of quiet hours; chase: what one owes; summary: what all owe"),
    text("policy", "the policy whose daily sync it is of", server_default=""),
    text("recipient_id", "who gets it: a staff id"),
    texts("on_behalf_of", "ids of the absent persons it was meant for"),
    instant("period", "the end of the quiet hours, or the instant of the sync"),
    number("part", "1, and on where more came to the same person and period", server_default="1"),
    document("lines", "what it lists, where it has no notices of its own"),
    text("status", "sending, sent or undeliverable"),
    number("attempts", "how often it was tried", server_default="0"),
    text("message_id", "its Message-ID, the same at every try", unique=True),
    text("error_code", "why it could not be delivered", server_default=""),
    instant("created_at", "when it was put together", server_default=func.clock_timestamp()),
    instant("sent_at", "when the provider took it", nullable=True),
    UniqueConstraint("kind", "policy", "recipient_id", "period", "part"),
    Index("ix_digest_sending", "created_at", postgresql_where="status = 'sending'"),
    comment="mails to one person about many cases",
)

daily_sync = Table(
    "daily_sync",
    metadata,
    text("policy", "the policy"),
    Column("day", Date, nullable=False, comment="the day where the policy applies"),
    instant("ran_at", "when it was done", server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("policy", "day"),
    comment="days on which what is overdue or silent was chased",
)

handbook_receipt = Table(
    "handbook_receipt",
    metadata,
    text("policy", "the policy"),
    text("version", "at its version"),
    text("staff_id", "who has read its handbook"),
    instant("read_at", "when that was first said", server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("policy", "version", "staff_id"),
    comment="who has read which handbook",
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
    text("staff_id", "whose it is"),
    text("csrf", "secret that forms must carry"),
    instant("created_at", "when it began", server_default=func.clock_timestamp()),
    instant("expires_at", "when it ends by itself"),
    instant("ended_at", "when it was ended", nullable=True),
    comment="staff sessions",
)

api_key = Table(
    "api_key",
    metadata,
    text("id", "public part of the key", primary_key=True),
    text("name", "what it is for"),
    Column("key_hash", LargeBinary, nullable=False, comment="SHA-256 of the secret part"),
    text("staff_id", "whose rights it has"),
    instant("created_at", "when it was made", server_default=func.clock_timestamp()),
    instant("expires_at", "when it ends by itself"),
    instant("revoked_at", "when it was taken back", nullable=True),
    comment="keys of other systems",
)

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True, comment="running id"),
    instant("ran_at", "when it was done", server_default=func.clock_timestamp()),
    document("figures", "how many of each difference, and of the cases compared"),
    Index("ix_reconciliation_ran", "ran_at"),
    comment="what each comparison of record and workflows found, kept for a month",
)
