"""Measurements, not tests: `python -m benchmarks` prints the figures of the README's machine-dependent claims."""
