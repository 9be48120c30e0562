"""Questions that a replica is answering, so that another knows of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "under_way",
        sa.Column("question_id", sa.String, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversation.conversation_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
        # When the replica that answers it was last known to be there; "" once it is known to be gone.
        sa.Column("seen_at", sa.String, nullable=False),
    )
    op.create_index("under_way_of_conversation", "under_way", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("under_way")
