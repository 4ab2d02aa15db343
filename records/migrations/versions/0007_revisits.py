"""Revisits under their own numbers; what a case is about, its last revisit, and who owes a suggestion its answer.

Revision: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REVISITS = """
CREATE TABLE revisit (
    case_id UUID NOT NULL,
    round INTEGER NOT NULL,
    number TEXT NOT NULL,
    called_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (case_id, round),
    UNIQUE (number)
);
COMMENT ON TABLE revisit IS 'one row a numbered revisit, by which its case is found';
COMMENT ON COLUMN revisit.case_id IS 'the case';
COMMENT ON COLUMN revisit.round IS 'the round it ends';
COMMENT ON COLUMN revisit.number IS 'its number, a label';
COMMENT ON COLUMN revisit.called_at IS 'when it was called for';

ALTER TABLE complaint_case ADD COLUMN matter TEXT DEFAULT 'complaint' NOT NULL;
ALTER TABLE complaint_case ADD COLUMN revisit_number TEXT DEFAULT '' NOT NULL;
ALTER TABLE complaint_case ADD COLUMN suggestion_to TEXT DEFAULT '' NOT NULL;
COMMENT ON COLUMN complaint_case.matter IS 'complaint, problem or inquiry';
COMMENT ON COLUMN complaint_case.revisit_number IS 'number of the last revisit';
COMMENT ON COLUMN complaint_case.suggestion_to IS 'the department that owes a suggestion its answer';
CREATE INDEX ix_case_matter ON complaint_case
    (matter, (coalesce(next_due, '9999-01-01 00:00:00+00'::timestamptz)), case_id);
CREATE INDEX ix_case_suggestion ON complaint_case (suggestion_to) WHERE suggestion_to <> '';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(REVISITS)


def downgrade() -> None:
    raise NotImplementedError("a number that was given out is never taken back")
