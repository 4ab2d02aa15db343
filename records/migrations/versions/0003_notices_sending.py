"""Notices not taken yet are found without reading the others: somebody looks every few seconds.

Revision: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index ix_notice_sending on notice (created_at) where status = 'sending'")


def downgrade() -> None:
    op.execute("drop index ix_notice_sending")
