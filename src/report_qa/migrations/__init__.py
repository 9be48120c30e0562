"""The steps that bring `conversations.sqlite` to this version's schema; alembic runs them whenever it is opened."""
