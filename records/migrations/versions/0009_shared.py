"""Which departments share a case, and who leads them: each finds it in the own list.

Revision: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

SHARED = """
ALTER TABLE complaint_case ADD COLUMN others TEXT[] DEFAULT '{}' NOT NULL;
ALTER TABLE complaint_case ADD COLUMN lead TEXT;
COMMENT ON COLUMN complaint_case.others IS 'departments that support the one concerned';
COMMENT ON COLUMN complaint_case.lead IS 'who leads several departments, by name';
CREATE INDEX ix_case_others ON complaint_case USING gin (others);
CREATE INDEX ix_case_lead ON complaint_case (lead) WHERE lead IS NOT NULL;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SHARED)


def downgrade() -> None:
    op.execute("alter table complaint_case drop column others, drop column lead")
