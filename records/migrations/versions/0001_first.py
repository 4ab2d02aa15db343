"""The first tables, and the triggers that keep journal and policies as they were written.

A migration is frozen once written: it says in SQL what it makes, whatever `records/tables.py` says later. Later ones
only add (expand), so that yesterday's worker still runs on the new schema.

Revision: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE api_key (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    staff_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);
COMMENT ON TABLE api_key IS 'keys of other systems';
COMMENT ON COLUMN api_key.id IS 'public part of the key';
COMMENT ON COLUMN api_key.name IS 'what it is for';
COMMENT ON COLUMN api_key.key_hash IS 'SHA-256 of the secret part';
COMMENT ON COLUMN api_key.staff_id IS 'whose rights it has';
COMMENT ON COLUMN api_key.created_at IS 'when it was made';
COMMENT ON COLUMN api_key.expires_at IS 'when it ends by itself';
COMMENT ON COLUMN api_key.revoked_at IS 'when it was taken back';

CREATE TABLE complaint_case (
    case_id UUID NOT NULL,
    number TEXT NOT NULL,
    policy TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    brand TEXT DEFAULT '' NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    arrived_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by TEXT NOT NULL,
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    start_input BYTEA NOT NULL,
    contact BYTEA,
    description BYTEA,
    phone_hash BYTEA,
    email_hash BYTEA,
    order_hash BYTEA,
    bigrams INTEGER[] DEFAULT '{}' NOT NULL,
    version INTEGER DEFAULT '0' NOT NULL,
    stage TEXT DEFAULT 'received' NOT NULL,
    grade TEXT,
    category TEXT,
    department TEXT,
    owner_role TEXT DEFAULT 'agent' NOT NULL,
    owner_id TEXT,
    round INTEGER DEFAULT '1' NOT NULL,
    escalation_level INTEGER DEFAULT '0' NOT NULL,
    waiting_for_customer BOOLEAN DEFAULT 'false' NOT NULL,
    needs_hand BOOLEAN DEFAULT 'false' NOT NULL,
    hand_marked BOOLEAN DEFAULT 'false' NOT NULL,
    overdue BOOLEAN DEFAULT 'false' NOT NULL,
    next_due TIMESTAMP WITH TIME ZONE,
    next_due_clock TEXT,
    closing TEXT,
    closed_at TIMESTAMP WITH TIME ZONE,
    view JSONB,
    PRIMARY KEY (case_id),
    UNIQUE (caller, idempotency_key),
    UNIQUE (number)
);
CREATE INDEX ix_case_bigrams ON complaint_case USING gin (bigrams);
CREATE INDEX ix_case_due ON complaint_case (next_due, case_id);
CREATE INDEX ix_case_email ON complaint_case (email_hash);
CREATE INDEX ix_case_order ON complaint_case (order_hash);
CREATE INDEX ix_case_phone ON complaint_case (phone_hash);
CREATE INDEX ix_case_worklist ON complaint_case (state, stage, next_due);
COMMENT ON TABLE complaint_case IS 'one row a case: its opening, and the projection of its journal';
COMMENT ON COLUMN complaint_case.case_id IS 'the case';
COMMENT ON COLUMN complaint_case.number IS 'the complaint number, a label';
COMMENT ON COLUMN complaint_case.policy IS 'key of the policy it is judged by';
COMMENT ON COLUMN complaint_case.policy_version IS 'and its version';
COMMENT ON COLUMN complaint_case.brand IS 'the brand, where the company has several';
COMMENT ON COLUMN complaint_case.channel IS 'how it arrived';
COMMENT ON COLUMN complaint_case.state IS 'opening: noted, workflow not yet started; open; ended';
COMMENT ON COLUMN complaint_case.arrived_at IS 'when it reached the company';
COMMENT ON COLUMN complaint_case.opened_at IS 'when it was taken by the API';
COMMENT ON COLUMN complaint_case.opened_by IS 'who took it: an actor''s id';
COMMENT ON COLUMN complaint_case.caller IS 'who may repeat the request under the same key';
COMMENT ON COLUMN complaint_case.idempotency_key IS 'the caller''s key for the request';
COMMENT ON COLUMN complaint_case.request_hash IS 'digest of the request, to tell a repeat from another request';
COMMENT ON COLUMN complaint_case.start_input IS 'sealed: what the workflow is started with';
COMMENT ON COLUMN complaint_case.contact IS 'sealed: the customer''s name, phone and mail';
COMMENT ON COLUMN complaint_case.description IS 'sealed: what happened and what is wanted';
COMMENT ON COLUMN complaint_case.phone_hash IS 'keyed hash of the phone number';
COMMENT ON COLUMN complaint_case.email_hash IS 'keyed hash of the mail address';
COMMENT ON COLUMN complaint_case.order_hash IS 'keyed hash of the order number';
COMMENT ON COLUMN complaint_case.bigrams IS 'keyed letter pairs, for search';
COMMENT ON COLUMN complaint_case.version IS 'journal number of the last fact shown here';
COMMENT ON COLUMN complaint_case.stage IS 'where it stands';
COMMENT ON COLUMN complaint_case.grade IS 'how grave it is';
COMMENT ON COLUMN complaint_case.category IS 'what kind of complaint';
COMMENT ON COLUMN complaint_case.department IS 'the department concerned';
COMMENT ON COLUMN complaint_case.owner_role IS 'whose turn it is';
COMMENT ON COLUMN complaint_case.owner_id IS 'and who by name';
COMMENT ON COLUMN complaint_case.round IS 'the plan''s round';
COMMENT ON COLUMN complaint_case.escalation_level IS 'the highest level brought in';
COMMENT ON COLUMN complaint_case.waiting_for_customer IS 'whether it is the customer''s turn';
COMMENT ON COLUMN complaint_case.needs_hand IS 'whether somebody has to call the customer';
COMMENT ON COLUMN complaint_case.hand_marked IS 'whether a signal came by hand';
COMMENT ON COLUMN complaint_case.overdue IS 'whether a company limit is missed and its act not done';
COMMENT ON COLUMN complaint_case.next_due IS 'the nearest due time';
COMMENT ON COLUMN complaint_case.next_due_clock IS 'and its clock';
COMMENT ON COLUMN complaint_case.closing IS 'how it was closed';
COMMENT ON COLUMN complaint_case.closed_at IS 'and when';
COMMENT ON COLUMN complaint_case.view IS 'the whole view of the case';

CREATE TABLE counter (
    key TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (key)
);
COMMENT ON TABLE counter IS 'running numbers';
COMMENT ON COLUMN counter.key IS 'a number pattern of one period, without its serial';
COMMENT ON COLUMN counter.value IS 'the last running number given out';

CREATE TABLE deadline (
    case_id UUID NOT NULL,
    clock TEXT NOT NULL,
    limit_name TEXT NOT NULL,
    debtor TEXT NOT NULL,
    owner_role TEXT NOT NULL,
    anchored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    paused BOOLEAN DEFAULT 'false' NOT NULL,
    level INTEGER NOT NULL,
    next_rung TEXT NOT NULL,
    next_rung_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (case_id, clock)
);
CREATE INDEX ix_deadline_due ON deadline (due_at);
COMMENT ON TABLE deadline IS 'every running clock, side by side';
COMMENT ON COLUMN deadline.case_id IS 'the case';
COMMENT ON COLUMN deadline.clock IS 'the clock''s key';
COMMENT ON COLUMN deadline.limit_name IS 'the policy''s limit';
COMMENT ON COLUMN deadline.debtor IS 'company, customer or system';
COMMENT ON COLUMN deadline.owner_role IS 'who owes the act';
COMMENT ON COLUMN deadline.anchored_at IS 'what it runs from';
COMMENT ON COLUMN deadline.due_at IS 'when it is due';
COMMENT ON COLUMN deadline.state IS 'running, warned, missed or suspended';
COMMENT ON COLUMN deadline.paused IS 'whether it waits for information now';
COMMENT ON COLUMN deadline.level IS 'the ladder level reached';
COMMENT ON COLUMN deadline.next_rung IS 'what it does next';
COMMENT ON COLUMN deadline.next_rung_at IS 'and when';

CREATE TABLE journal (
    case_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    fact_version INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    actor JSONB NOT NULL,
    command_id TEXT,
    policy TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    plain JSONB NOT NULL,
    sealed BYTEA,
    key_id TEXT,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (case_id, seq)
);
CREATE INDEX ix_journal_kind ON journal (kind, at);
COMMENT ON TABLE journal IS 'what happened, append-only and chained by hashes';
COMMENT ON COLUMN journal.case_id IS 'the case';
COMMENT ON COLUMN journal.seq IS 'the fact''s place in the case';
COMMENT ON COLUMN journal.kind IS 'the kind of fact';
COMMENT ON COLUMN journal.fact_version IS 'the shape it was written in';
COMMENT ON COLUMN journal.at IS 'when the workflow decided it';
COMMENT ON COLUMN journal.taken_at IS 'when its command was taken';
COMMENT ON COLUMN journal.recorded_at IS 'when it was written';
COMMENT ON COLUMN journal.actor IS 'who did it: kind, id, roles, department';
COMMENT ON COLUMN journal.command_id IS 'the command it came from';
COMMENT ON COLUMN journal.policy IS 'policy key';
COMMENT ON COLUMN journal.policy_version IS 'and version it was judged by';
COMMENT ON COLUMN journal.plain IS 'the stage after it, and the fact without what is private';
COMMENT ON COLUMN journal.sealed IS 'sealed: the private part';
COMMENT ON COLUMN journal.key_id IS 'the key that seals it';
COMMENT ON COLUMN journal.prev_hash IS 'hash of the fact before';
COMMENT ON COLUMN journal.hash IS 'hash over this row, ciphertext included';

CREATE TABLE notice (
    id BIGSERIAL NOT NULL,
    case_id UUID NOT NULL,
    number TEXT NOT NULL,
    seq INTEGER NOT NULL,
    notice_key TEXT NOT NULL,
    template TEXT NOT NULL,
    recipient_role TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    message_id TEXT NOT NULL,
    message BYTEA,
    error_code TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (case_id, seq, template, recipient_id, channel),
    UNIQUE (message_id)
);
COMMENT ON TABLE notice IS 'every notice, one row a recipient and channel';
COMMENT ON COLUMN notice.id IS 'running id';
COMMENT ON COLUMN notice.case_id IS 'the case';
COMMENT ON COLUMN notice.number IS 'the complaint''s number';
COMMENT ON COLUMN notice.seq IS 'the fact it tells of';
COMMENT ON COLUMN notice.notice_key IS 'its key in the case';
COMMENT ON COLUMN notice.template IS 'the template it was made from';
COMMENT ON COLUMN notice.recipient_role IS 'the role it is for';
COMMENT ON COLUMN notice.recipient_id IS 'a staff id, or customer';
COMMENT ON COLUMN notice.channel IS 'mail';
COMMENT ON COLUMN notice.status IS 'sending, sent or undeliverable';
COMMENT ON COLUMN notice.attempts IS 'how often it was tried';
COMMENT ON COLUMN notice.message_id IS 'its Message-ID, the same at every try';
COMMENT ON COLUMN notice.message IS 'sealed: address, subject and text';
COMMENT ON COLUMN notice.error_code IS 'why it could not be delivered';
COMMENT ON COLUMN notice.created_at IS 'when it was first tried';
COMMENT ON COLUMN notice.sent_at IS 'when the provider took it';

CREATE TABLE policy_version (
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    body JSONB NOT NULL,
    templates JSONB NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (key, version)
);
COMMENT ON TABLE policy_version IS 'policies, immutable: a case reads its own version for ever';
COMMENT ON COLUMN policy_version.key IS 'the policy''s key';
COMMENT ON COLUMN policy_version.version IS 'the author''s version and a digest of the content';
COMMENT ON COLUMN policy_version.body IS 'the whole policy file';
COMMENT ON COLUMN policy_version.templates IS 'its notice templates, in both languages';
COMMENT ON COLUMN policy_version.loaded_at IS 'when it was stored';

CREATE TABLE receipt (
    command_id UUID NOT NULL,
    case_id UUID NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    caller TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    envelope BYTEA NOT NULL,
    signalled_at TIMESTAMP WITH TIME ZONE,
    verdict TEXT,
    code TEXT DEFAULT '' NOT NULL,
    message TEXT DEFAULT '' NOT NULL,
    fields TEXT[] DEFAULT '{}' NOT NULL,
    facts INTEGER[] DEFAULT '{}' NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (command_id)
);
CREATE INDEX ix_receipt_unsettled ON receipt (taken_at) WHERE settled_at is null;
COMMENT ON TABLE receipt IS 'every command taken through the API';
COMMENT ON COLUMN receipt.command_id IS 'uuid5 of caller, case and key';
COMMENT ON COLUMN receipt.case_id IS 'the case';
COMMENT ON COLUMN receipt.number IS 'the complaint''s number';
COMMENT ON COLUMN receipt.kind IS 'the kind of command';
COMMENT ON COLUMN receipt.caller IS 'who sent it';
COMMENT ON COLUMN receipt.request_hash IS 'digest of the request';
COMMENT ON COLUMN receipt.taken_at IS 'when it was taken, by this database''s clock';
COMMENT ON COLUMN receipt.envelope IS 'sealed: the signal, to be sent again';
COMMENT ON COLUMN receipt.signalled_at IS 'when the workflow got it';
COMMENT ON COLUMN receipt.verdict IS 'accepted or refused';
COMMENT ON COLUMN receipt.code IS 'why refused';
COMMENT ON COLUMN receipt.message IS 'the same in a sentence';
COMMENT ON COLUMN receipt.fields IS 'the fields it is about';
COMMENT ON COLUMN receipt.facts IS 'journal numbers it made';
COMMENT ON COLUMN receipt.settled_at IS 'when the outcome was known';

CREATE TABLE session (
    token_hash BYTEA NOT NULL,
    staff_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (token_hash)
);
COMMENT ON TABLE session IS 'staff sessions';
COMMENT ON COLUMN session.token_hash IS 'SHA-256 of the cookie';
COMMENT ON COLUMN session.staff_id IS 'whose it is';
COMMENT ON COLUMN session.csrf IS 'secret that forms must carry';
COMMENT ON COLUMN session.created_at IS 'when it began';
COMMENT ON COLUMN session.expires_at IS 'when it ends by itself';
COMMENT ON COLUMN session.ended_at IS 'when it was ended';

CREATE TABLE staff (
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    roles TEXT[] DEFAULT '{}' NOT NULL,
    department TEXT,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN DEFAULT 'false' NOT NULL,
    failed_logins INTEGER DEFAULT '0' NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    active BOOLEAN DEFAULT 'true' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (login)
);
COMMENT ON TABLE staff IS 'people of the department';
COMMENT ON COLUMN staff.id IS 'stable id, used in facts';
COMMENT ON COLUMN staff.login IS 'the name one logs in with';
COMMENT ON COLUMN staff.name IS 'the name shown';
COMMENT ON COLUMN staff.email IS 'where notices go';
COMMENT ON COLUMN staff.roles IS 'what the person is';
COMMENT ON COLUMN staff.department IS 'the department';
COMMENT ON COLUMN staff.password_hash IS 'argon2';
COMMENT ON COLUMN staff.must_change IS 'whether the password must be changed first';
COMMENT ON COLUMN staff.failed_logins IS 'in a row';
COMMENT ON COLUMN staff.locked_until IS 'after too many';
COMMENT ON COLUMN staff.active IS 'whether the person may come in';
"""

KEPT = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create trigger journal_is_kept before update or delete or truncate on journal
for each statement execute function refuse_change();

create trigger policy_version_is_kept before update or delete or truncate on policy_version
for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TABLES + KEPT.replace("%", "%%"))


def downgrade() -> None:
    raise NotImplementedError("the journal is never taken back")
