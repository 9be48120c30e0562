"""Run by alembic for each upgrade, on the connection of `report_qa.database`, whose transaction is open."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
