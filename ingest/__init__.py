"""Ingest: files in, a published edition out. `python -m ingest PATH` is its door; `report_qa` never imports it."""
