"""The audit log: who did what, when, to which object."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        # The order of entries: it only grows.
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("deed", sa.String, nullable=False),
        sa.Column("object_id", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_of_owner", "audit", ["owner", "deed", "object_id"])


def downgrade() -> None:
    op.drop_table("audit")
