"""Deputies with dates, persons involved, notices kept back and given as a digest, the daily sync, read handbooks.

Revision: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PEOPLE = """
CREATE TABLE deputy (
    id BIGSERIAL NOT NULL,
    person TEXT NOT NULL,
    deputy TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    named_by TEXT NOT NULL,
    named_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX ix_deputy_deputy ON deputy (deputy, ends_at);
CREATE INDEX ix_deputy_person ON deputy (person, ends_at);
COMMENT ON TABLE deputy IS 'who stands in for whom, and when';
COMMENT ON COLUMN deputy.id IS 'running id';
COMMENT ON COLUMN deputy.person IS 'who is away';
COMMENT ON COLUMN deputy.deputy IS 'who stands in';
COMMENT ON COLUMN deputy.starts_at IS 'from when';
COMMENT ON COLUMN deputy.ends_at IS 'until when, this instant no longer';
COMMENT ON COLUMN deputy.reason IS 'why, in a word';
COMMENT ON COLUMN deputy.named_by IS 'who said so';
COMMENT ON COLUMN deputy.named_at IS 'and when';
COMMENT ON COLUMN deputy.ended_at IS 'when it was ended before its time';
COMMENT ON COLUMN deputy.ended_by IS 'and by whom';

CREATE TABLE digest (
    id BIGSERIAL NOT NULL,
    kind TEXT NOT NULL,
    policy TEXT DEFAULT '' NOT NULL,
    recipient_id TEXT NOT NULL,
    on_behalf_of TEXT[] DEFAULT '{}' NOT NULL,
    period TIMESTAMP WITH TIME ZONE NOT NULL,
    part INTEGER DEFAULT '1' NOT NULL,
    lines JSONB NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    message_id TEXT NOT NULL,
    error_code TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (kind, policy, recipient_id, period, part),
    UNIQUE (message_id)
);
CREATE INDEX ix_digest_sending ON digest (created_at) WHERE status = 'sending';
COMMENT ON TABLE digest IS 'mails to one person about many cases';
COMMENT ON COLUMN digest.id IS 'running id';
COMMENT ON COLUMN digest.kind IS 'kept_back of quiet hours; chase: what one owes; summary: what all owe';
COMMENT ON COLUMN digest.policy IS 'the policy whose daily sync it is of';
COMMENT ON COLUMN digest.recipient_id IS 'who gets it: a staff id';
COMMENT ON COLUMN digest.on_behalf_of IS 'ids of the absent persons it was meant for';
COMMENT ON COLUMN digest.period IS 'the end of the quiet hours, or the instant of the sync';
COMMENT ON COLUMN digest.part IS '1, and on where more came to the same person and period';
COMMENT ON COLUMN digest.lines IS 'what it lists, where it has no notices of its own';
COMMENT ON COLUMN digest.status IS 'sending, sent or undeliverable';
COMMENT ON COLUMN digest.attempts IS 'how often it was tried';
COMMENT ON COLUMN digest.message_id IS 'its Message-ID, the same at every try';
COMMENT ON COLUMN digest.error_code IS 'why it could not be delivered';
COMMENT ON COLUMN digest.created_at IS 'when it was put together';
COMMENT ON COLUMN digest.sent_at IS 'when the provider took it';

CREATE TABLE daily_sync (
    policy TEXT NOT NULL,
    day DATE NOT NULL,
    ran_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (policy, day)
);
COMMENT ON TABLE daily_sync IS 'days on which what is overdue or silent was chased';
COMMENT ON COLUMN daily_sync.policy IS 'the policy';
COMMENT ON COLUMN daily_sync.day IS 'the day where the policy applies';
COMMENT ON COLUMN daily_sync.ran_at IS 'when it was done';

CREATE TABLE handbook_receipt (
    policy TEXT NOT NULL,
    version TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (policy, version, staff_id)
);
COMMENT ON TABLE handbook_receipt IS 'who has read which handbook';
COMMENT ON COLUMN handbook_receipt.policy IS 'the policy';
COMMENT ON COLUMN handbook_receipt.version IS 'at its version';
COMMENT ON COLUMN handbook_receipt.staff_id IS 'who has read its handbook';
COMMENT ON COLUMN handbook_receipt.read_at IS 'when that was first said';

ALTER TABLE notice ADD COLUMN on_behalf_of TEXT[] DEFAULT '{}' NOT NULL;
ALTER TABLE notice ADD COLUMN held_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE notice ADD COLUMN digest_id BIGINT;
COMMENT ON COLUMN notice.on_behalf_of IS 'ids of the absent persons it was meant for';
COMMENT ON COLUMN notice.held_until IS 'when the quiet hours end that it is kept back for';
COMMENT ON COLUMN notice.digest_id IS 'the digest it goes out in';
COMMENT ON COLUMN notice.status IS 'sending, sent, undeliverable, or held until quiet hours end';
CREATE INDEX ix_notice_held ON notice (held_until) WHERE status = 'held';
CREATE INDEX ix_notice_digest ON notice (digest_id) WHERE digest_id is not null;

ALTER TABLE complaint_case ADD COLUMN involved TEXT[] DEFAULT '{}' NOT NULL;
COMMENT ON COLUMN complaint_case.involved IS 'ids of the staff the complaint is about';
CREATE INDEX ix_case_involved ON complaint_case USING gin (involved);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(PEOPLE)


def downgrade() -> None:
    raise NotImplementedError("who stood in for whom is never forgotten")
