"""Ingest: files in, a published edition out. `python -m ingest PATH` is the door; `report_qa` never imports this package."""
