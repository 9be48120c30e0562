"""Names of conversations, links that were made to share something, and what readers said of answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # "" where nobody gave one: the first question stands for it.
    op.add_column("conversation", sa.Column("name", sa.String, nullable=False, server_default=""))
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
    op.create_table(
        "feedback",
        sa.Column("feedback_id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("turn_id", sa.String, sa.ForeignKey("turn.turn_id", ondelete="CASCADE"), nullable=False),
        # Which of the answer's citations is meant, "" for the answer as a whole.
        sa.Column("cite", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("given_at", sa.String, nullable=False),
        sa.UniqueConstraint("owner", "turn_id", "cite", name="one_feedback_each"),
    )


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("share")
    op.drop_column("conversation", "name")
