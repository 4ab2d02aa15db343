"""Cases whose workflow somebody terminated, and what each reconciliation found. Only adds.

Revision: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE complaint_case ADD COLUMN aborted_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN complaint_case.aborted_at IS
    'when its workflow was found terminated by somebody; empty while it goes on';

CREATE TABLE reconciliation (
    id BIGSERIAL NOT NULL,
    ran_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    figures JSONB NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_reconciliation_ran ON reconciliation (ran_at);
COMMENT ON TABLE reconciliation IS 'what each comparison of record and workflows found, kept for a month';
COMMENT ON COLUMN reconciliation.id IS 'running id';
COMMENT ON COLUMN reconciliation.ran_at IS 'when it was done';
COMMENT ON COLUMN reconciliation.figures IS 'how many of each difference, and of the cases compared';
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TABLES)


def downgrade() -> None:
    raise NotImplementedError("what was added stays: yesterday's processes pass over it")
