"""Run by alembic for each upgrade. The connection comes from `report_qa.conversations`, with a transaction already open."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
