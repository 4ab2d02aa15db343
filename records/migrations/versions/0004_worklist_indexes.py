"""Indexes in the order of the lists, one for each thing people filter by: a page is read without sorting the house.

Revision: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SORTED = "coalesce(next_due, '9999-01-01 00:00:00+00'::timestamptz), case_id"

INDEXES = {
    "ix_case_sorted": f"({SORTED})",
    "ix_case_stage": f"(stage, {SORTED})",
    "ix_case_department": f"(department, {SORTED})",
    "ix_case_grade": f"(grade, {SORTED})",
    "ix_case_owner_role": f"(owner_role, {SORTED})",
    "ix_case_owner": f"(owner_id, {SORTED})",
    "ix_case_overdue": f"({SORTED}) where overdue",
    "ix_case_waiting": f"({SORTED}) where waiting_for_customer",
    "ix_case_open": "(stage, grade) where state <> 'ended'",
}


def upgrade() -> None:
    for name, what in INDEXES.items():
        op.execute(f"create index {name} on complaint_case {what}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
