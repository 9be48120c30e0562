"""Links know the conversation that they were made from, and go with it; the editions that they cite; and when they were opened.

No version ever wrote to the table of the migration before this one, so it is made anew. A link that is withdrawn is deleted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("share")
    op.create_table(
        "share",
        sa.Column("share_id", sa.String, primary_key=True),
        # The link's own secret is never stored, as the owner's is not.
        sa.Column("token_sha256", sa.String, nullable=False, unique=True),
        sa.Column("owner", sa.String, nullable=False),
        # None for what is no part of a conversation: a quotation, a comparison.
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversation.conversation_id", ondelete="CASCADE")),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        # What was shared, frozen as it was, and the editions that it cites, with spaces between.
        sa.Column("content", sa.String, nullable=False),
        sa.Column("content_sha256", sa.String, nullable=False),
        sa.Column("editions", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("opened_on", sa.String),
    )
    op.create_index("share_of_owner", "share", ["owner", "made_at"])
    op.create_index("share_of_conversation", "share", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("share")
    op.create_table(
        "share",
        sa.Column("share_id", sa.String, primary_key=True),
        sa.Column("token_sha256", sa.String, nullable=False, unique=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("content_sha256", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("revoked_at", sa.String),
    )
    op.create_index("share_of_owner", "share", ["owner", "made_at"])
