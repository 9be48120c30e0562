"""What is counted of answers without their words, and how stewards settled what readers said of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Made from the answers when insights are read, and gone with them.
    op.create_table(
        "turn_fact",
        sa.Column("turn_id", sa.String, sa.ForeignKey("turn.turn_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("status", sa.String, nullable=False),
    )
    op.create_index("status_of_turn", "turn_fact", ["status"])
    op.create_table(
        "turn_document",
        sa.Column("turn_id", sa.String, sa.ForeignKey("turn.turn_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("document_id", sa.String, primary_key=True),
    )
    op.create_index("turn_of_document", "turn_document", ["document_id"])
    # A reader who says something else has a new matter; what was settled goes with the old one.
    op.create_table(
        "settlement",
        sa.Column(
            "feedback_id", sa.String, sa.ForeignKey("feedback.feedback_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("settled_at", sa.String, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        # As in 0003: no samples of people's words among the planner's statistics.
        op.execute("ALTER TABLE settlement ALTER COLUMN note SET STATISTICS 0")


def downgrade() -> None:
    op.drop_table("settlement")
    op.drop_table("turn_document")
    op.drop_table("turn_fact")
