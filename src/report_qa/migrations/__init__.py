"""The steps that bring `conversations.sqlite` to the schema of this version; alembic runs them whenever it is opened."""
