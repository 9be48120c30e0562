"""Conversations and their turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("conversation_id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("begun_at", sa.String, nullable=False),
        sa.Column("shown_at", sa.String, nullable=False),
    )
    op.create_index("conversation_of_owner", "conversation", ["owner", "shown_at"])
    op.create_table(
        "turn",
        # The order of turns: it only grows, also after deletions.
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("turn_id", sa.String, nullable=False, unique=True),
        sa.Column(
            "conversation_id",
            sa.String,
            sa.ForeignKey("conversation.conversation_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("parent_id", sa.String, sa.ForeignKey("turn.turn_id", ondelete="SET NULL")),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("answer_sha256", sa.String, nullable=False),
        sa.Column("frozen_at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("turn_of_conversation", "turn", ["conversation_id", "number"])


def downgrade() -> None:
    op.drop_table("turn")
    op.drop_table("conversation")
