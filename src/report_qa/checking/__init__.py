"""Comparing one sentence with evidence: pure functions from texts to checks, one kind of difference a module."""
