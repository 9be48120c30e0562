"""The curve of answering against refusing: `python -m benchmarks.refusal SET.jsonl [LIBRARY]`.

Asks a gold set at each threshold and prints how many were answered rightly, refused rightly, and answered wrongly. The shipped
`refusal_threshold` was read off this curve for corpus/gold.jsonl and for public reports that are not part of the project.
"""

from __future__ import annotations

import sys
from pathlib import Path

from report_qa.evaluation.questions import read_questions
from report_qa.evaluation.run import evaluate
from report_qa.wiring import open_assistant

THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)


def main() -> None:
    """Print one line for each threshold."""
    questions = read_questions(Path(sys.argv[1]))
    library = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    print("threshold   right  refused   wrong of shown")
    for threshold in THRESHOLDS:
        figures = evaluate(questions, open_assistant(library=library, refusal_threshold=threshold), top=5).figures()
        shares = (figures["right"], figures["refused_unanswerable"], figures["wrong_of_shown"])
        print(
            f"{threshold:>9}  " + "  ".join("     –" if share is None else f"{100 * share:5.1f}%" for share in shares)
        )


if __name__ == "__main__":
    main()
