"""The edition that each answer was given from, in a column of its own; and no samples of people's words on PostgreSQL."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_WORDS = {"conversation": ["name"], "turn": ["question", "answer"], "share": ["title", "content"], "feedback": ["note"]}
_turn = sa.table("turn", sa.column("number"), sa.column("answer"), sa.column("edition_id"))


def upgrade() -> None:
    op.add_column("turn", sa.Column("edition_id", sa.String, nullable=False, server_default=""))
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.select(_turn.c.number, _turn.c.answer).where(_turn.c.number > last).order_by(_turn.c.number).limit(_AT_ONCE)
    ).all():
        for number, answer in rows:
            edition_id = _edition(answer)
            if edition_id:
                connection.execute(_turn.update().where(_turn.c.number == number).values(edition_id=edition_id))
        last = rows[-1].number
    # What ingest asks for after each publishing: the editions that differ, not the answers.
    op.create_index("edition_of_turn", "turn", ["edition_id"])
    if connection.dialect.name == "postgresql":
        # The planner's statistics hold the most common values, from which a purge would not take them.
        for table, columns in _WORDS.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    op.drop_index("edition_of_turn", "turn")
    op.drop_column("turn", "edition_id")


def _edition(answer: str) -> str:
    # An answer that was changed by hand is found out when it is read, and must not keep the database shut.
    try:
        return str(json.loads(answer)["provenance"]["edition_id"] or "")
    except (ValueError, KeyError, TypeError):
        return ""
