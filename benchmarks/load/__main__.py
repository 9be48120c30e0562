"""Two chats and two interfaces behind nginx for some minutes: `make load`, `LOAD_MINUTES=2 make load`, `FAULTS=1 make load`.

Fifty readers keep their pages open and ask every twenty seconds, and twenty programs search once a second. Then, for twenty
seconds, far more is asked than can be answered. At the end every answer that anybody saw is looked up in the database and compared
with what its edition says. With FAULTS=1 a stand-in for a chat model writes the answers, and one after the other servers are killed
(that one too) and the edition is switched; what failed meanwhile is counted for each.
"""

# First of all, since it makes the standard library's sockets cooperative.
from locust.env import Environment  # isort: skip

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import gevent

from benchmarks.load.faults import Fault, Happened, run_faults, tolls
from benchmarks.load.findings import Findings, print_table
from benchmarks.load.overload import SEARCHES_A_SECOND, SECONDS, overload
from benchmarks.load.proxy import program
from benchmarks.load.readers import COURSE, EVERY_S, QUESTIONS_A_CONVERSATION, Reader, Searcher
from benchmarks.load.replicas import ROOT, Replicas
from benchmarks.load.servers import PROVIDER_DOWN, Servers
from benchmarks.load.shelf import Shelf, make_shelf, replay, standalone_questions, switch
from benchmarks.load.stored import check_stored
from report_qa import load_settings, open_conversations

# Until then every reader has had a whole conversation: what a page holds grows with it, and begins anew with the next.
_LONGEST_WARM_UP_S = EVERY_S * (QUESTIONS_A_CONVERSATION + 1.5)


def main() -> int:
    """Run, print the table, and return 1 where a target is missed."""
    if program() is None:
        sys.stderr.write(
            "The load needs nginx: install it (Debian, Ubuntu: apt-get install nginx-light; macOS: brew install nginx).\n"
        )
        return 2
    # Ended from outside, it takes its servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    minutes, with_faults = float(os.environ.get("LOAD_MINUTES", "10")), bool(os.environ.get("FAULTS"))
    with (
        tempfile.TemporaryDirectory() as folder,
        Servers(Path(folder) / "servers", writing=with_faults) as servers,
    ):
        _say(f"Ingesting corpus/ twice and asking every question of both editions ({servers})…")
        shelf = make_shelf(Path(folder), servers.settings, [ROOT / "corpus"], standalone_questions())
        replicas = Replicas(Path(folder) / "replicas", servers.settings | {"REPORT_QA_LIBRARY": str(shelf.library)})
        _say("Starting nginx and two replicas of each door…")
        replicas.start()
        try:
            findings, environment = _under_load(replicas, servers, shelf, minutes, with_faults)
        finally:
            replicas.stop()
    return 0 if print_table(findings, environment.stats) else 1


def _under_load(
    replicas: Replicas, servers: Servers, shelf: Shelf, minutes: float, with_faults: bool
) -> tuple[Findings, Environment]:
    COURSE.questions = shelf.questions
    environment = Environment(user_classes=[Reader, Searcher], host=replicas.address, stop_timeout=60)
    environment.events.request.add_listener(COURSE.note)
    runner = environment.create_local_runner()
    seconds = minutes * 60
    _say(f"{Reader.fixed_count} readers and {Searcher.fixed_count} searches a second for {minutes:g} minutes…")
    began = time.monotonic()
    runner.start(Reader.fixed_count + Searcher.fixed_count, spawn_rate=10)
    gevent.sleep(min(_LONGEST_WARM_UP_S, seconds * 0.3))
    warm = _memory(replicas, servers)
    done: list[Happened] = []
    if with_faults:
        done = run_faults(_faults(replicas, servers, shelf), began + seconds - time.monotonic())
    gevent.sleep(max(0.0, began + seconds - time.monotonic()))
    end, requests = _memory(replicas, servers), tuple(COURSE.requests)
    _say(f"Overload: {SEARCHES_A_SECOND} searches a second for {SECONDS} s…")
    COURSE.part = ", overload"
    over = overload(replicas.address, shelf.questions)
    runner.stop()
    absent, logged = replicas.absent, replicas.errors
    _say("Looking every answer up…")
    servers.start()
    conversations = open_conversations(load_settings(library=shelf.library, **servers.overrides))
    stored = check_stored(
        conversations,
        shelf,
        COURSE.finished,
        lambda asked: replay(shelf, asked, servers.settings),
        [(each.began, each.ended) for each in done if each.name == PROVIDER_DOWN],
    )
    conversations.close()
    findings = Findings(
        minutes=minutes,
        faults=tuple(done),
        tolls=tuple(tolls(done, requests)),
        absent=absent,
        logged=logged,
        warm=warm,
        end=end,
        overload=over,
        stored=stored,
        reconnected=COURSE.reconnected,
        asked_again=COURSE.asked_again,
    )
    return findings, environment


def _faults(replicas: Replicas, servers: Servers, shelf: Shelf) -> list[Fault]:
    first, second = shelf.editions
    chat, api = replicas.chat[0], replicas.api[0]
    faults = [
        Fault(name="a chat killed", breaks=chat.kill, mends=chat.start, settles=chat.wait_until_ready),
        Fault(name="edition switched", breaks=lambda: switch(shelf, first, servers.settings)),
        Fault(name="an interface killed", breaks=api.kill, mends=api.start, settles=api.wait_until_ready),
        Fault(name="edition switched back", breaks=lambda: switch(shelf, second, servers.settings)),
    ]
    return [*faults, *servers.faults()]


def _memory(replicas: Replicas, servers: Servers) -> dict[str, int]:
    return {replica.name: replica.memory_bytes for replica in replicas.all} | servers.memory()


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
