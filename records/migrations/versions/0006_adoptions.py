"""Policies published beside the shipped ones, and running cases that take another version. Only adds.

Revision: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE policy_publication (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    templates TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    request_hash TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_publication_newest ON policy_publication (key, published_at);
COMMENT ON TABLE policy_publication IS 'policies as published, append-only: the last of a key goes to new cases';
COMMENT ON COLUMN policy_publication.id IS 'uuid5 of who published, the policy and the request''s key';
COMMENT ON COLUMN policy_publication.key IS 'the policy''s key';
COMMENT ON COLUMN policy_publication.version IS 'the author''s version and a digest of the content';
COMMENT ON COLUMN policy_publication.body IS 'the policy file, letter by letter';
COMMENT ON COLUMN policy_publication.templates IS 'its template file';
COMMENT ON COLUMN policy_publication.published_by IS 'a staff id, or the command line';
COMMENT ON COLUMN policy_publication.published_at IS 'since when new cases get it';
COMMENT ON COLUMN policy_publication.request_hash IS 'digest of the request, to tell a repeat from another request';

CREATE TRIGGER policy_publication_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_publication
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE adoption (
    id UUID NOT NULL,
    policy TEXT NOT NULL,
    to_version TEXT NOT NULL,
    calendar TEXT DEFAULT '' NOT NULL,
    reason TEXT NOT NULL,
    figures JSONB NOT NULL,
    previewed_by TEXT NOT NULL,
    previewed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    started_by TEXT,
    started_at TIMESTAMP WITH TIME ZONE,
    start_id UUID,
    PRIMARY KEY (id),
    UNIQUE (start_id)
);
CREATE INDEX ix_adoption_previewed ON adoption (previewed_at) WHERE started_at IS NULL;
COMMENT ON TABLE adoption IS 'running cases that take another version of policy or calendar; previewed first';
COMMENT ON COLUMN adoption.id IS 'the preview''s id, and the adoption''s once it is started';
COMMENT ON COLUMN adoption.policy IS 'the policy''s key';
COMMENT ON COLUMN adoption.to_version IS 'the version taken; empty where each case keeps its own';
COMMENT ON COLUMN adoption.calendar IS 'the calendar taken, key and version; empty where a policy is';
COMMENT ON COLUMN adoption.reason IS 'why, about the policy; no customer is named here';
COMMENT ON COLUMN adoption.figures IS 'how many deadlines move, start, end or are overdue by it';
COMMENT ON COLUMN adoption.previewed_by IS 'who asked what it would change';
COMMENT ON COLUMN adoption.previewed_at IS 'and when';
COMMENT ON COLUMN adoption.started_by IS 'who had it done';
COMMENT ON COLUMN adoption.started_at IS 'and when; empty while it is only a preview';
COMMENT ON COLUMN adoption.start_id IS 'uuid5 of who had it done and the request''s key';

CREATE TABLE adoption_case (
    adoption_id UUID NOT NULL,
    case_id UUID NOT NULL,
    number TEXT NOT NULL,
    from_version TEXT NOT NULL,
    to_version TEXT NOT NULL,
    seen INTEGER NOT NULL,
    changes JSONB NOT NULL,
    command_id UUID,
    skipped TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (adoption_id, number)
);
COMMENT ON TABLE adoption_case IS 'one case of an adoption: every deadline that changes, before and after';
COMMENT ON COLUMN adoption_case.adoption_id IS 'the adoption';
COMMENT ON COLUMN adoption_case.case_id IS 'the case';
COMMENT ON COLUMN adoption_case.number IS 'the complaint''s number';
COMMENT ON COLUMN adoption_case.from_version IS 'the version it was judged by';
COMMENT ON COLUMN adoption_case.to_version IS 'the version it takes';
COMMENT ON COLUMN adoption_case.seen IS 'journal number of the last fact that was known then';
COMMENT ON COLUMN adoption_case.changes IS 'clock, limit, due before and due after of each';
COMMENT ON COLUMN adoption_case.command_id IS 'the command it was told by; empty before, and where it is skipped';
COMMENT ON COLUMN adoption_case.skipped IS 'why it was not told';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TABLES)


def downgrade() -> None:
    raise NotImplementedError("what was published and adopted is never taken back")
