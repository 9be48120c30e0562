"""The command line: what others script against."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from report_qa import errors
from report_qa.doors.cli import _years, main
from report_qa.doors.exits import EXIT_STATUS
from report_qa.settings import Settings, load_settings
from report_qa.wiring import open_conversations
from tests.doubles import HashingEmbedder
from tests.misbehaving_model import ModelServer, fails, says
from tests.small_library import GAP, GAP_ANSWER, NOT_THERE, SmallLibrary

Run = Callable[..., tuple[int, str, str]]

# What the interface promises, and what it carries besides.
ASK = set("status text claims withheld unanswered_parts choices searched nearest provenance".split())
ASK_BESIDES = {"question", "question_used", "restricted_to", "written_by", "notice"}
CITATION = set("document title page page_label locator heading_path quote spans passage_id source_url".split())
CITATION_BESIDES = {"document_id", "role", "paragraph", "cite", "state", "superseded_by"}
PASSAGE = set("rank score document page page_label locator heading_path text spans passage_id".split())
CHECK = set("verdict sentences".split())
CHECK_BESIDES = {"text", "provenance"}
CHECKED_SENTENCE = set("sentence verdict checks citations".split())
PASSAGE_BESIDES = {"legs", "document_id", "title", "paragraph"}


@pytest.fixture
def run(
    small: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command line on the small library; returns status, output and errors."""

    def make(settings: Settings) -> HashingEmbedder:
        return small.embedder

    monkeypatch.setattr("report_qa.wiring.make_embedder", make)
    monkeypatch.setenv("REPORT_QA_LIBRARY", small.folder)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return status, printed.out, printed.err

    return call


def _batch(folder: Path, *lines: dict[str, Any] | str) -> str:
    path = folder / "batch.jsonl"
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(written), encoding="utf-8")
    return str(path)


def _lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.split("\n") if line]


def test_an_answer_is_printed_with_its_sources(run: Run) -> None:
    status, out, err = run("ask", GAP)
    assert (status, err) == (0, "")
    assert out == f"{GAP_ANSWER} [1]\n\n[1] The big plan, Productivity, paragraph 1\n"


def test_a_quotation_is_followed_by_its_permanent_name(run: Run) -> None:
    _, out, _ = run("ask", GAP, "--json")
    cite = json.loads(out)["claims"][0]["citations"][0]["cite"]
    status, out, err = run("trace", cite, "--evidence")
    assert (status, err) == (0, "")
    assert out.startswith(f"REPORT: “{GAP_ANSWER}”\n   The big plan, Productivity, paragraph 1\n")
    assert "It refers to no document by a note or by name." in out
    status, out, _ = run("trace", cite, "--json")
    assert (status, json.loads(out)["links"], json.loads(out)["label"]) == (0, [], "report")
    status, out, err = run("trace", cite[:-3])
    assert (status, out) == (2, "")
    assert "names no quotation on the shelf" in " ".join(err.split())


def test_a_refusal_and_a_greeting_are_answers(run: Run) -> None:
    status, out, err = run("ask", NOT_THERE)
    assert (status, out.startswith("The documents do not say."), err) == (0, True, "")
    status, out, err = run("ask", "Hello")
    assert (status, out.startswith("Hello."), err) == (0, True, "")


def test_the_library_can_be_named(run: Run, small: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPORT_QA_LIBRARY")
    assert run("ask", GAP, "--library", small.folder)[0] == 0
    assert run("ask", GAP)[0] == 1


def test_extracts_only_leaves_the_configured_model_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(says("The productivity gap is £4.2 billion a year. [E1]")) as server:
        monkeypatch.setenv("REPORT_QA_MODEL", "openai:tested")
        monkeypatch.setenv("REPORT_QA_MODEL_BASE_URL", server.address)
        assert run("ask", GAP)[1].startswith("The productivity gap is £4.2 billion a year. [1]\n")
        assert len(server.requests) == 1
        assert run("ask", GAP, "--extracts-only")[1].startswith(f"{GAP_ANSWER} [1]\n")
        assert len(server.requests) == 1


def test_a_model_that_fails_is_noticed_on_the_command_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(fails(401)) as server:
        monkeypatch.setenv("REPORT_QA_MODEL", "openai:tested")
        monkeypatch.setenv("REPORT_QA_MODEL_BASE_URL", server.address)
        status, out, _ = run("ask", GAP)
    assert status == 0
    assert "The model's provider refuses the key (HTTP 401); these are extracts." in out


def test_ask_json_has_exactly_these_keys(run: Run) -> None:
    found = json.loads(run("ask", GAP, "--json")[1])
    assert set(found) == ASK | ASK_BESIDES
    assert set(found["claims"][0]) == {"sentence", "verdict", "citations"}
    assert set(found["claims"][0]["citations"][0]) == CITATION | CITATION_BESIDES
    refused = json.loads(run("ask", NOT_THERE, "--json")[1])
    assert set(refused) == ASK | ASK_BESIDES
    assert set(refused["nearest"][0]) == CITATION | CITATION_BESIDES


def test_search_prints_passages(run: Run) -> None:
    status, out, err = run("search", "public libraries in England", "--top", "2", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert set(found) == {"passages", "question_used", "edition"}
    assert [set(item) for item in found["passages"]] == [PASSAGE | PASSAGE_BESIDES] * 2
    status, out, _ = run("search", "public libraries in England", "--top", "1")
    assert out.startswith("1. libraries, Opening hours, paragraph 1  (")
    assert "2. " not in out


def test_search_keeps_to_its_filters(run: Run, tmp_path: Path) -> None:
    def documents(*options: str) -> set[str]:
        status, out, err = run("search", "hours and fares of buses and libraries", "--json", *options)
        assert (status, err) == (0, "")
        return {item["document"] for item in json.loads(out)["passages"]}

    assert documents("--document", "buses.md") == {"buses.md"}
    assert documents("--document", "buses.md", "--document", "libraries.md") == {"buses.md", "libraries.md"}
    assert documents("--role", "report") == {"big-plan.md"}
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1, "question": "hours of libraries and buses"}\n', encoding="utf-8")
    (line,) = run("search", "--batch", str(batch), "--role", "evidence", "--document", "libraries.md")[1].splitlines()
    assert {item["document"] for item in json.loads(line)["passages"]} == {"libraries.md"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--document", "no-such.md"), "No document on the shelf fits these filters."),
        (("--year", "2019"), "No document on the shelf fits these filters."),
        (("--publisher", "Nobody"), "No document on the shelf fits these filters."),
        (("--year", "soon"), "is no year: write 2019"),
        (("--year", "-"), "is no year: write 2019"),
        (("--role", "other"), "other"),
    ],
)
def test_filters_that_fit_nothing_are_one_sentence(run: Run, options: tuple[str, ...], said: str) -> None:
    status, out, err = run("search", "hours", *options)
    assert (status, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("", (None, None)),
        ("2019", (2019, 2019)),
        ("2019-2021", (2019, 2021)),
        ("2019-", (2019, None)),
        ("-2021", (None, 2021)),
        ("2019–2021", (2019, 2021)),
    ],
)
def test_a_period_has_a_first_and_a_last_year(written: str, years: tuple[int | None, int | None]) -> None:
    assert _years(written) == years


def test_text_is_what_the_offsets_refer_to(run: Run, small: SmallLibrary) -> None:
    cited = json.loads(run("ask", GAP, "--json")[1])["claims"][0]["citations"][0]
    status, out, err = run("text", cited["document"])
    assert (status, err, out) == (0, "", small.shelf().text("big-plan.md"))
    assert cited["quote"] == "\n".join(out[span["start_char"] : span["end_char"]] for span in cited["spans"])


def test_an_unknown_document_is_wrong_usage_and_names_some(run: Run) -> None:
    status, out, err = run("text", "nothing.md")
    assert (status, out) == (2, "")
    assert "No document 'nothing.md' on the shelf." in err
    assert "big-plan.md" in err


def test_evaluate_prints_figures(run: Run, tmp_path: Path) -> None:
    gold = _batch(
        tmp_path,
        {"id": "a", "question": GAP, "answerable": True, "must_contain": ["4.2"], "source": "big-plan.md"},
        {"id": "b", "question": NOT_THERE, "answerable": False, "kind": "absent"},
    )
    status, out, err = run("evaluate", gold)
    assert (status, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()[:4]] == [
        ["kind", "n"],
        ["fact", "1"],
        ["absent", "1"],
        ["all", "2"],
    ]
    figures = json.loads(run("evaluate", gold, "--json")[1])
    assert (figures["all"]["right"], figures["all"]["refused_unanswerable"]) == (1.0, 1.0)


def test_evaluate_writes_a_page_and_reads_other_words(run: Run, tmp_path: Path) -> None:
    gold = _batch(
        tmp_path, {"id": "a", "question": "And that?", "resolved": GAP, "answerable": True, "must_contain": ["4.2"]}
    )
    page = tmp_path / "page.html"
    status, out, err = run("evaluate", gold, "--ask", "resolved", "--html", str(page), "--curve")
    assert (status, err) == (0, "")
    assert "threshold  answered" in out
    assert "Evaluation of batch.jsonl" in page.read_text(encoding="utf-8")
    status, _, err = run("evaluate", gold, "--html", str(tmp_path / "no" / "page.html"))
    assert status == 2
    assert "page.html can't be written" in err


def test_evaluate_makes_a_library_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # Another process ingests, with the model that the settings name.
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "gap.md").write_text("# The gap\n\nThe productivity gap is £4.2 billion a year.\n", encoding="utf-8")
    line = {"id": "a", "question": GAP, "answerable": True, "must_contain": ["4.2"], "source": "gap.md"}
    gold = _batch(tmp_path, line)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    assert main(["evaluate", gold, "--folder", str(folder), "--json"]) == 0
    printed = capfd.readouterr()
    assert json.loads(printed.out)["all"]["right"] == 1.0
    assert main(["evaluate", gold, "--folder", str(tmp_path / "none")]) == 2
    assert "none could not be ingested. See the line above." in capfd.readouterr().err
    assert not (tmp_path / "library").exists()


def test_an_empty_set_of_questions_is_named(run: Run, tmp_path: Path) -> None:
    status, out, err = run("evaluate", _batch(tmp_path, "{}"))
    assert (status, out) == (2, "")
    assert "batch.jsonl, line 1 is not a gold question" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", GAP, "--batch", "x.jsonl"),
        ("ask", GAP, "--nonsense"),
        ("ask", "--batch", "missing.jsonl"),
        ("ask", "--batch", "."),
        ("ask", " "),
        ("ask", "gap " * 12_500),
        ("search",),
        ("search", GAP, "--top", "0"),
        ("search", GAP, "--top", "many"),
        ("search", ""),
        ("evaluate", "missing.jsonl"),
        ("chat", "--port", "0"),
        ("nonsense",),
    ],
)
def test_wrong_usage_is_status_2_with_a_reason(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    "arguments", [("ask", GAP), ("search", GAP), ("text", "big-plan.md"), ("ask", "--batch", "good.jsonl")]
)
def test_nothing_published_is_one_line_and_status_1(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "good.jsonl").write_text(json.dumps({"question": GAP}), encoding="utf-8")
    status, out, err = run(*arguments, "--library", str(tmp_path / "none"))
    assert (status, out) == (1, "")
    assert err == f"Nothing is published in {tmp_path / 'none'} yet. Run python -m ingest PATH first.\n"


def test_a_batch_keeps_order_and_ids(run: Run, tmp_path: Path) -> None:
    path = _batch(
        tmp_path,
        {"id": "b", "question": GAP, "note": "ignored", "status": "ignored", "top": 99},
        "",
        {"id": 7, "question": NOT_THERE, "history": []},
        {"question": "Hello", "history": None},
        {"id": ["a", {"deep": None}], "question": " "},
        {"id": "last", "question": "What does a single fare cost?"},
    )
    status, out, err = run("ask", "--batch", path)
    found = _lines(out)
    assert (status, err) == (0, "")
    assert [line["id"] for line in found] == ["b", 7, None, ["a", {"deep": None}], "last"]
    assert [line["status"] for line in found] == [
        "answered",
        "refused_no_evidence",
        "greeting",
        "question_rejected",
        "answered",
    ]
    assert set(found[0]) == ASK | ASK_BESIDES | {"id"}


def test_history_is_questions_or_objects(run: Run, tmp_path: Path) -> None:
    follow_up = "And how long would closing it take?"
    path = _batch(
        tmp_path,
        {"id": 1, "question": follow_up},
        {"id": 2, "question": follow_up, "history": [GAP]},
        {"id": 3, "question": follow_up, "history": [{"question": GAP, "answer": GAP_ANSWER, "other": 1}]},
        {"id": 4, "question": follow_up, "history": [5, None, {"answer": "no question"}]},
    )
    status, out, _ = run("ask", "--batch", path)
    used = [line["question_used"] for line in _lines(out)]
    assert status == 0
    assert used[1] == used[2] == f"{GAP} {follow_up}"
    assert used[0] == used[3] == follow_up


def test_a_batch_of_searches(run: Run, tmp_path: Path) -> None:
    path = _batch(tmp_path, {"id": "a", "question": "rural buses"}, {"id": "b", "question": ""})
    status, out, _ = run("search", "--batch", path, "--top", "2")
    first, second = _lines(out)
    assert status == 0
    assert (first["id"], len(first["passages"])) == ("a", 2)
    assert (second["id"], second["status"], second["passages"]) == ("b", "question_rejected", [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "line 3 is not JSON"),
        ("[]", "line 3 has no question"),
        ('{"question": 5}', "line 3 has no question"),
        ('{"id": 1}', "line 3 has no question"),
    ],
)
def test_a_bad_line_is_named_before_anything_is_answered(run: Run, tmp_path: Path, bad: str, reason: str) -> None:
    status, out, err = run("ask", "--batch", _batch(tmp_path, {"question": GAP}, "", bad))
    assert (status, out) == (2, "")
    assert f"batch.jsonl, {reason}" in err
    assert err.count("\n") == 1


# Take a mark away when its bug is mended.
@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"id": 1, "question": GAP, "history": 5}, id="history-number"),
        pytest.param('{"id": 1, "question": "How large? \\ud800"}', id="surrogate"),
        pytest.param('{"id": 1, "question": ' + "[" * 100_000 + "}", id="deep"),
        pytest.param('\ufeff{"id": 1, "question": "Hello"}', id="byte-order-mark"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_odd_lines_are_answered_or_named(run: Run, tmp_path: Path, command: str, line: dict[str, Any] | str) -> None:
    status, out, err = run(command, "--batch", _batch(tmp_path, line))
    if status == 0:
        assert [item["id"] for item in _lines(out)] == [1]
    else:
        assert (status, out) == (2, "")
        assert "batch.jsonl, line 1" in err


def test_a_line_separator_inside_a_question_does_not_end_its_line(run: Run, tmp_path: Path) -> None:
    path = _batch(tmp_path, {"id": 1, "question": f"{GAP}\u2028"}, {"id": 2, "question": GAP})
    status, out, err = run("ask", "--batch", path)
    assert (status, err) == (0, "")
    assert [item["id"] for item in _lines(out)] == [1, 2]


def test_history_that_is_one_question_is_not_read_letter_by_letter(run: Run, tmp_path: Path) -> None:
    follow_up = "And how long would closing it take?"
    status, out, err = run("ask", "--batch", _batch(tmp_path, {"id": 1, "question": follow_up, "history": GAP}))
    if status == 0:
        assert _lines(out)[0]["question_used"] in (follow_up, f"{GAP} {follow_up}")
    else:
        assert (status, "line 1" in err) == (2, True)


def test_every_error_has_an_exit_status() -> None:
    def leaves(kind: type[errors.ReportQAError]) -> list[type[errors.ReportQAError]]:
        below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
        return below or [kind]

    assert {kind.code for kind in leaves(errors.ReportQAError)} <= set(EXIT_STATUS)
    assert set(EXIT_STATUS.values()) == {1, 2}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from report_qa.doors.cli import main; assert main(['ask', '--help']) == 0;"
        "print([name for name in ('torch', 'chromadb', 'streamlit', 'langchain_core') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


WRONG_GAP = GAP_ANSWER.replace("£4.2 billion", "£5.2 billion")


def test_a_draft_is_checked_sentence_by_sentence(run: Run) -> None:
    status, out, err = run("check", f"{GAP_ANSWER} {WRONG_GAP} Is that so?")

    assert (status, err) == (0, "")
    assert out.startswith("As a whole: contradicted.\n")
    assert f"SUPPORTED: {GAP_ANSWER}" in out
    assert (
        f"CONTRADICTED: {WRONG_GAP}\n   The number is “£5.2 billion” here and “£4.2 billion” in the document.\n" in out
    )
    assert "NO CLAIM: Is that so?" in out
    assert "The big plan, Productivity, paragraph 1" in out


def test_what_is_not_found_says_what_is_missing(run: Run) -> None:
    sentence = "Public libraries in Hartley open 38 hours a week on weekdays."
    status, out, _ = run("check", sentence)

    assert status == 0
    assert out.startswith(f"NOT FOUND: {sentence}\n")
    assert "Not found: Hartley (name)." in out


def test_another_place_in_the_same_statement_contradicts(run: Run) -> None:
    status, out, _ = run("check", "In 2019 there were 3,600 public libraries in Wales.")

    assert status == 0
    assert out.startswith("CONTRADICTED: ")
    assert "The name is “Wales” here and “England” in the document." in out


def test_a_checked_text_as_json_has_the_promised_keys(run: Run) -> None:
    status, out, _ = run("check", WRONG_GAP, "--json")
    found = json.loads(out)

    assert (status, found["verdict"]) == (0, "contradicted")
    assert set(found) == CHECK | CHECK_BESIDES
    (sentence,) = found["sentences"]
    assert set(sentence) == CHECKED_SENTENCE
    assert set(sentence["citations"][0]) == CITATION | CITATION_BESIDES
    assert {"kind": "number", "claimed": "£5.2 billion", "found": "£4.2 billion", "passed": False} in sentence["checks"]


def test_a_batch_of_claims_keeps_its_order(run: Run, tmp_path: Path) -> None:
    batch = _batch(
        tmp_path,
        {"id": 1, "claim": GAP_ANSWER},
        {"id": "b", "claim": "Penguins live in Antarctica."},
        {"id": 3, "claim": " "},
    )

    status, out, _ = run("check", "--batch", batch)
    lines = _lines(out)

    assert status == 0
    assert [line["id"] for line in lines] == [1, "b", 3]
    assert [line.get("verdict") for line in lines] == ["supported", "not_found", None]
    assert lines[2]["status"] == "question_rejected"


def test_a_batch_line_without_a_claim_is_named(run: Run, tmp_path: Path) -> None:
    status, _, err = run("check", "--batch", _batch(tmp_path, {"id": 1, "question": GAP}))

    assert status == 2
    assert "line 1 has no claim" in err


def test_a_text_or_a_batch_is_needed(run: Run) -> None:
    assert run("check")[0] == 2


def test_questions_are_switched_off_and_on(run: Run, own: SmallLibrary) -> None:
    status, out, _ = run("off", "Back at noon.", "--library", own.folder)
    assert (status, "Back at noon." in out) == (0, True)
    status, out, err = run("ask", GAP, "--library", own.folder)
    assert (status, out) == (EXIT_STATUS["service_off"], "")
    assert err.startswith("Back at noon.")
    assert run("on", "--library", own.folder)[1] == "Questions are taken again.\n"
    assert run("on", "--library", own.folder)[1] == "Questions were not switched off.\n"
    assert GAP_ANSWER in run("ask", GAP, "--library", own.folder)[1]


def test_insights_are_told_and_name_what_no_answer_cites(run: Run, own: SmallLibrary) -> None:
    with closing(open_conversations(load_settings(library=own.library.folder))) as kept:
        conversation_id = kept.begin("ana")
        kept.append("ana", conversation_id, own.assistant().ask(GAP), None)
        kept.append("ana", conversation_id, own.assistant().ask(NOT_THERE), None)
    status, out, _ = run("insights", "--library", own.folder)
    assert status == 0
    assert "2 questions in 1 conversation." in out
    assert NOT_THERE in out
    assert GAP not in out
    assert "Cited in no answer: " in out
    found = json.loads(run("insights", "--library", own.folder, "--json")[1])
    assert found["statuses"] == {"answered": 1, "refused_no_evidence": 1}
    assert sorted(found["never_cited"]) == ["buses.md", "libraries.md"]
