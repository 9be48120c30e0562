"""Are changed sentences caught, and true ones let through? `python -m benchmarks.perturbations [--library DIR] [--failures]`.

Without a library, the cases of tests/report_qa/checking/perturbations.jsonl are each held against the sentence that they were made
from. With one, as many sentences of its own documents are changed at run time (never stored) and checked as a person would
paste them, whole shelf searched; the same sentences untouched show how many true ones are refused.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.perturbing import KINDS, NUMERIC, perturbed
from report_qa import Verdict, open_assistant, open_shelf
from report_qa.acronyms import EVERYDAY, find_acronyms
from report_qa.checking.judge import judge
from report_qa.checking.likeness import Lexicon, relevant_acronyms
from report_qa.checking.premise import Premise
from report_qa.questions import find_names, written_name
from report_qa.sentences import split_sentences

CASES = Path(__file__).resolve().parent.parent / "tests" / "report_qa" / "checking" / "perturbations.jsonl"
PARAPHRASE, UNTOUCHED = "paraphrase", "untouched"
_SHORTEST, _LONGEST = 50, 260


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim with its kind, the sentence that it was made from, and whether it is true."""

    kind: str
    evidence: str
    claim: str

    @property
    def is_true(self) -> bool:
        return self.kind in (PARAPHRASE, UNTOUCHED)


def read_cases(path: Path = CASES) -> list[Case]:
    """Return the committed cases."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Case(kind=line["kind"], evidence=line["evidence"], claim=line["claim"]) for line in lines]


def judged_alone(case: Case) -> Verdict:
    """Return the verdict on a case in the light of nothing but its own sentence."""
    acronyms = {short: frozenset({long}) for short, long in {**EVERYDAY, **find_acronyms(case.evidence)}.items()}
    lexicon = Lexicon(acronyms=relevant_acronyms(case.claim, acronyms))
    return judge(case.claim, [Premise(words=case.evidence)], lexicon).verdict


def make_cases(library: Path, count: int, seed: int = 7) -> list[Case]:
    """Return cases made of a library's own sentences, a seventh of each kind as far as there are sentences for it."""
    shelf = open_shelf(library=library)
    chance = random.Random(seed)
    sentences, names = [], set()
    for document in shelf.documents():
        text = shelf.text(document.document_id)
        own = list(_sentences(text))
        sentences += own
        names |= {written_name(stems, sentence) for sentence in own for stems in find_names(sentence)}
    chance.shuffle(sentences)
    others = sorted(name for name in names if len(name) > 3)
    found: list[Case] = []
    wanted = Counter({kind: count // len(KINDS) for kind in KINDS})
    for sentence in sentences:
        for kind in chance.sample(KINDS, len(KINDS)):
            if not wanted[kind]:
                continue
            changed = perturbed(sentence, kind, others, chance)
            if changed is not None:
                wanted[kind] -= 1
                found.append(Case(kind=kind, evidence=sentence, claim=changed.sentence))
                found.append(Case(kind=UNTOUCHED, evidence=sentence, claim=sentence))
                break
    return found


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for start, end in split_sentences(line):
            sentence = line[start:end]
            plain = " ".join(sentence.split())
            if _SHORTEST <= len(plain) <= _LONGEST and plain[0].isupper() and plain.endswith(".") and "http" not in plain:
                yield plain


def report(judged: Sequence[tuple[Case, Verdict]], *, failures: bool = False) -> str:
    """Return the figures as text: by kind, then the three that have targets."""
    lines = []
    if failures:
        lines += [
            f"{case.kind}: called {verdict.value}: {case.claim}\n    {case.evidence}"
            for case, verdict in judged
            if (verdict is Verdict.SUPPORTED) is not case.is_true
        ]
    for kind in (*KINDS, PARAPHRASE, UNTOUCHED):
        own = [verdict for case, verdict in judged if case.kind == kind]
        if own:
            lines.append(f"{kind:<12} {len(own):>4}   " + "  ".join(f"{name.value} {own.count(name)}" for name in Verdict))
    groups = (
        ("numbers, units and dates not passed as supported", lambda case: case.kind in NUMERIC, False),
        ("other changes not passed as supported", lambda case: not case.is_true and case.kind not in NUMERIC, False),
        ("true paraphrases refused", lambda case: case.kind == PARAPHRASE, False),
        ("untouched sentences refused", lambda case: case.kind == UNTOUCHED, False),
    )
    for name, belongs, _ in groups:
        own = [verdict for case, verdict in judged if belongs(case)]
        if own:
            stopped = sum(verdict is not Verdict.SUPPORTED for verdict in own)
            lines.append(f"{name}: {stopped / len(own):.1%} ({stopped} of {len(own)})")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--count", type=int, default=300, help="how many sentences of the library to change")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--failures", action="store_true")
    chosen = parser.parse_args(arguments)
    committed = [(case, judged_alone(case)) for case in read_cases()]
    print(f"{len(committed)} committed cases, each against its own sentence:")
    print(report(committed, failures=chosen.failures))
    if chosen.library is not None:
        made = make_cases(chosen.library, chosen.count, chosen.seed)
        assistant = open_assistant(library=chosen.library)
        judged = [(case, assistant.check(case.claim).verdict) for case in made]
        print(f"\n{len(judged)} cases made of {chosen.library}, the whole shelf searched:")
        print(report(judged, failures=chosen.failures))


if __name__ == "__main__":
    main()
