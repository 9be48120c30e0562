"""What was answered to writes that may be sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply",
        sa.Column("owner", sa.String, primary_key=True),
        # The key itself is never stored: what was answered can be read with it alone.
        sa.Column("key_sha256", sa.String, primary_key=True),
        sa.Column("request_sha256", sa.String, nullable=False),
        # None while the write is still under way.
        sa.Column("sealed", sa.String),
        # What was answered about a conversation goes with it.
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversation.conversation_id", ondelete="CASCADE")),
        sa.Column("begun_at", sa.String, nullable=False),
    )
    op.create_index("reply_by_age", "reply", ["begun_at"])
    op.create_index("reply_of_conversation", "reply", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("reply")
