"""A drill: backed up during questions and an ingest, restored elsewhere, healthy there, and answering as before."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

from ingest.backup import Backup
from ingest.doctor import examine
from ingest.restore import restore
from ingest.upkeep import cited_editions
from report_qa.assistant import Assistant
from report_qa.library.edition import Library
from report_qa.records.shared import SharedQuote
from report_qa.settings import load_settings
from report_qa.wiring import open_conversations, open_lexical_index, open_shares, open_shelf, open_vector_index
from tests.ingest.test_backup import backed_up
from tests.small_library import GAP, GAP_ANSWER, NOT_THERE, SmallLibrary


def test_a_backup_taken_in_use_is_restored_and_answers_as_before(own: SmallLibrary, tmp_path: Path) -> None:
    settings = load_settings(library=own.library.folder)
    assistant = own.assistant()
    frozen = assistant.ask(GAP)
    with closing(open_conversations(settings)) as kept, closing(open_shares(settings)) as shares:
        kept.append("ana", kept.begin("ana"), frozen, None)
        link = shares.make("ana", SharedQuote(title="The gap", evidence=frozen.evidence[0])).token
        backups = _back_up_in_use(
            own,
            kept_answers=lambda: kept.append("ana", kept.begin("ana"), assistant.ask(NOT_THERE), None),
            folder=tmp_path,
        )
    assert len(backups) == 3
    for number, made in enumerate(backups):
        there = tmp_path / f"there-{number}"
        restore(Path(made.file), there)
        _as_before(own, there, link)


def _back_up_in_use(own: SmallLibrary, *, kept_answers: object, folder: Path) -> list[Backup]:
    """Back up three times while somebody asks and keeps, and editions come and go."""
    done, failed = threading.Event(), []

    def ask() -> None:
        for _ in range(50):
            if done.is_set():
                return
            try:
                kept_answers()  # type: ignore[operator]
            except Exception as error:  # noqa: BLE001 - the test reports it
                failed.append(error)
                return

    def publish() -> None:
        for number in range(6):
            own.write("new.md", f"# New\n\nThis is version {number} of the new note.\n")
            try:
                own.ingest()
            except Exception as error:  # noqa: BLE001 - the test reports it
                failed.append(error)
                return

    threads = [threading.Thread(target=ask), threading.Thread(target=publish)]
    for thread in threads:
        thread.start()
    try:
        made = [backed_up(own, folder / f"{number}.tar") for number in range(3)]
    finally:
        done.set()
        for thread in threads:
            thread.join(60)
    assert failed == []
    return made


def _as_before(own: SmallLibrary, there: Path, link: str) -> None:
    library, settings = Library(there), load_settings(library=there)
    report = examine(library, embedder_digest=own.embedder.digest, cited=lambda: cited_editions(settings))
    assert report.healthy, report.as_text()
    shelf = open_shelf(settings)
    with closing(open_conversations(settings)) as kept, closing(open_shares(settings)) as shares:
        latest = min(
            (kept.load("ana", entry.conversation_id) for entry in kept.list("ana")),
            key=lambda one: one.turns[0].frozen_at,
        )
        answer = latest.turns[0].answer
        assert GAP_ANSWER in answer.text
        view = shelf.evidence(answer.evidence[0].cite)
        assert view is not None
        assert view.located
        assert shelf.original(view.document).path.is_file()
        assert shares.open(link).shared.cited[0].quote == answer.evidence[0].quote
    assistant = Assistant(
        settings=settings,
        library=library,
        embedder=own.embedder,
        open_vector_index=open_vector_index,
        open_lexical_index=open_lexical_index,
    )
    assert assistant.ask(GAP).text == answer.text
    assert not assistant.ask(NOT_THERE).status.shows_claims
