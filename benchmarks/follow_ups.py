"""How much of what a follow-up question leaves out is recovered: `python -m benchmarks.follow_ups SET [--show]`.

The set has questions with their history and the form that somebody resolved by hand, such as TREC CAsT 2019's. Recovered is the
share of the words (as stems) that the hand-resolved form adds. Where it adds none, nothing may be added.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

from report_qa.evaluation.metrics import interval
from report_qa.questions import parse_question
from report_qa.records.conversation import Exchange
from report_qa.stages.follow_up import follow_up, question_used, rewritten
from report_qa.words import content_terms


def main(path: Path, *, show: bool) -> None:
    recovered, spoilt, whole, extra = [], 0, 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        question = parse_question(entry["question"])
        history = [Exchange(question=item if isinstance(item, str) else item["question"]) for item in entry["history"]]
        used = rewritten(entry["question"], history) or question_used(question, follow_up(question, history))
        known = set(content_terms(entry["question"]))
        wanted = set(content_terms(entry["resolved"])) - known
        added = set(content_terms(used)) - known
        if wanted:
            share = len(wanted & added) / len(wanted)
            recovered.append(share)
            extra.append(len(added - wanted))
        else:
            share = 1.0
            whole += 1
            spoilt += bool(added)
        if show and (share < 1 or (not wanted and added)):
            print(f"{share:.2f}  {entry['question']}\n      used: {used}\n    wanted: {entry['resolved']}")
    low, high = interval(recovered)
    print(f"words recovered {statistics.fmean(recovered):.3f} ({low:.3f} to {high:.3f}) of {len(recovered)} questions")
    print(f"something added to {spoilt} of {whole} questions that lacked nothing")
    print(f"words added besides, mean {statistics.fmean(extra):.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), show="--show" in sys.argv)
