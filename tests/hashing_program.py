"""`report-qa` with the hashing embedder in place of a model: `python -m tests.hashing_program ARGUMENTS…`."""

from __future__ import annotations

import sys

from report_qa import wiring
from report_qa.doors.cli import main
from tests.doubles import HashingEmbedder


def run() -> int:
    """Run the command that the arguments name."""
    embedder = HashingEmbedder()
    wiring.make_embedder = lambda settings: embedder
    wiring.embedder_digest = lambda settings: embedder.digest
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
