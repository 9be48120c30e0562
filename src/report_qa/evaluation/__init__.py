"""Measuring answers against questions whose right answer is known."""
