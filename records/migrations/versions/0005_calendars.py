"""Working calendars, kept as they were loaded.

Revision: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CALENDARS = """
CREATE TABLE calendar_version (
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    body JSONB NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    PRIMARY KEY (key, version)
);
COMMENT ON TABLE calendar_version IS 'working calendars, immutable: a due time reached long ago can still be explained';
COMMENT ON COLUMN calendar_version.key IS 'the calendar''s key';
COMMENT ON COLUMN calendar_version.version IS 'the author''s version and a digest of the content';
COMMENT ON COLUMN calendar_version.state IS 'whose word it is: official, provisional or company';
COMMENT ON COLUMN calendar_version.body IS 'the whole calendar, with the one it extends';
COMMENT ON COLUMN calendar_version.loaded_at IS
'when it was stored; the newest is the one new cases are reckoned by';

create trigger calendar_version_is_kept before update or delete or truncate on calendar_version
for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(CALENDARS)


def downgrade() -> None:
    raise NotImplementedError("what deadlines were reckoned by is never taken back")
