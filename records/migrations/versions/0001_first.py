"""The first tables, and the triggers that keep journal and policies as they were written.

Revision: 0001
"""

from alembic import op

from records.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT = ("journal", "policy_version")


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    op.execute(
        """
        create function refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
        end $$
        """
    )
    for table in KEPT:
        op.execute(
            f"create trigger {table}_is_kept before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )

