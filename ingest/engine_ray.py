"""The same reading and embedding on a Ray cluster: files are read on all of its processors, passages embedded on all of
its machines or graphics cards, and everything else (what changed, the edition, the switch) stays in this process.

A reader is an actor with one confined worker process of `ingest.pool`, so that a file can do there no more than here. An
actor whose machine is lost is started elsewhere and asked again. The bytes of files and the texts go over the cluster's
network: it has to be a private one.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.pool import Job, Limits, Outcome, ReaderPool, too_large
from report_qa.errors import ConfigurationError, DocumentTooLarge, ExtraMissing, SettingInvalid
from report_qa.wiring import make_embedder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from report_qa.ports import Embedder
    from report_qa.settings import Settings

    Parts = Sequence[Sequence[Sequence[tuple[int, int]]]]

# A lost machine's actors are started elsewhere, and what they were asked is asked again, this often.
_TRIES = 3


class RayCluster:
    """A connection to a Ray cluster, made when it is first needed: a run that finds nothing changed doesn't wait for it.

    Without an address a cluster is made on this machine, for as long as it is open.
    """

    def __init__(self, address: str = "", processors: int | None = None) -> None:
        self._address = address
        self._processors = processors or os.cpu_count() or 1
        self._ray: Any = None
        self.machines: list[dict[str, Any]] = []

    def connect(self) -> None:
        """Connect, unless that was done before.

        Raises:
            ExtraMissing: Ray is not installed.
            SettingInvalid: no cluster answers at the address.
        """
        if self._ray is not None:
            return
        # Ray reports its use to its makers unless it is told not to.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        try:
            import ray
        except ImportError as error:
            raise ExtraMissing("Ray is not installed.", hint='Install it: pip install "report-qa[scale]".') from error
        where: dict[str, Any] = {"address": self._address}
        if not self._address:
            where = {"num_cpus": self._processors, "_node_ip_address": "127.0.0.1", "include_dashboard": False}
        try:
            ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise SettingInvalid(
                f"No Ray cluster answers at {self._address or 'this machine'}.",
                hint="Start it (ray start --head), or set REPORT_QA_RAY_ADDRESS right.",
            ) from error
        self._ray = ray
        self.machines = [node for node in self._ray.nodes() if node["Alive"]]

    def actors(self, kind: type, arguments: Sequence[object], *, each: str) -> list[Any]:
        """Start actors of a class on every machine: as many as it has of the resource `each`, at least one."""
        self.connect()
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        found = []
        for machine in self.machines:
            cards = 1 if each == "GPU" and machine["Resources"].get("GPU") else 0
            options = {
                # Reading and embedding share the processors: neither books them.
                "num_cpus": 0,
                "num_gpus": cards,
                "max_restarts": _TRIES,
                "max_task_retries": _TRIES,
                "scheduling_strategy": NodeAffinitySchedulingStrategy(node_id=machine["NodeID"], soft=True),
            }
            count = max(1, int(machine["Resources"].get(each, 0)))
            found += [self._ray.remote(**options)(kind).remote(*arguments) for _ in range(count)]
        return found

    def result(self, reference: Any) -> Any:
        """Wait for an actor's reply.

        Raises:
            ConfigurationError: the cluster lost the actor for good.
        """
        from ray.exceptions import RayError, RayTaskError

        try:
            return self._ray.get(reference)
        except RayTaskError as error:
            raise error.cause from error
        except RayError as error:
            raise ConfigurationError(
                "The Ray cluster lost a machine or its connection.", hint="Look at ray status, and run it again."
            ) from error

    def close(self) -> None:
        """Leave the cluster; one that was made here ends. A second call does nothing."""
        if self._ray is not None:
            left, self._ray = self._ray, None
            left.shutdown()


class RayReaders:
    """Implements `ingest.pool.Readers` with a confined worker for each processor of a cluster."""

    def __init__(self, cluster: RayCluster, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._cluster = cluster
        self._actors: list[Any] = []

    def read(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        waiting: deque[Any] = deque()  # of outcomes, and of references to those to come
        for number, job in enumerate(jobs):
            if not self._actors:
                self._actors = self._cluster.actors(_Reader, (self.limits,), each="CPU")
            if len(job.content) > self.limits.max_file_mb * 1_000_000:
                waiting.append(too_large(job.name, len(job.content), self.limits))
            else:
                waiting.append(self._actors[number % len(self._actors)].read.remote(job))
            if len(waiting) > 2 * len(self._actors):
                yield self._outcome(waiting.popleft())
        while waiting:
            yield self._outcome(waiting.popleft())

    def close(self) -> None:
        """End the actors, and with them their workers."""
        self._actors = []

    def _outcome(self, awaited: Any) -> Outcome:
        found: Outcome = awaited if isinstance(awaited, DocumentTooLarge) else self._cluster.result(awaited)
        return found


class RayEmbedder:
    """Implements `ports.Embedder`: passages are embedded by an actor for each machine or card, the rest is done here."""

    def __init__(self, cluster: RayCluster, settings: Settings) -> None:
        self._cluster = cluster
        self._here: Embedder = make_embedder(settings)
        self.name, self.digest = self._here.name, self._here.digest
        self.dimensions, self.max_tokens = self._here.dimensions, self._here.max_tokens
        self._actors = cluster.actors(_Encoder, (settings,), each="GPU")
        for reference in [actor.digest.remote() for actor in self._actors]:
            if cluster.result(reference) != self.digest:
                raise ConfigurationError(
                    f"A machine of the Ray cluster has another model than this one, or computes otherwise: {self.name}.",
                    hint="Install the same model on all of them, and set REPORT_QA_EMBEDDER_BF16 the same way.",
                )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._here.count_tokens(texts)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_parts(texts, [()] * len(texts))[0]

    def embed_question(self, text: str) -> NDArray[np.float32]:
        return self._here.embed_question(text)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._here.embed_questions(texts)

    def embed_parts(self, texts: Sequence[str], parts: Parts) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        # Every n-th text by length for each actor: all get as much to do, in batches of one length.
        order = sorted(range(len(texts)), key=lambda which: -len(texts[which]))
        shares = [order[start :: len(self._actors)] for start in range(len(self._actors))]
        asked = [
            (share, actor.embed_parts.remote([texts[which] for which in share], [parts[which] for which in share]))
            for share, actor in zip(shares, self._actors, strict=True)
            if share
        ]
        whole = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        of_parts: list[NDArray[np.float32]] = [np.zeros((0, self.dimensions), dtype=np.float32)] * len(texts)
        for share, reference in asked:
            rows, rows_of_parts = self._cluster.result(reference)
            whole[share] = rows
            for which, found in zip(share, rows_of_parts, strict=True):
                of_parts[which] = found
        return whole, of_parts


class _Reader:
    """An actor: one confined worker."""

    def __init__(self, limits: Limits) -> None:
        self._pool = ReaderPool(limits, 1)

    def read(self, job: Job) -> Outcome:
        return next(self._pool.read(iter([job])))


class _Encoder:
    """An actor: the embedding model on one machine or card."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _embedder(self) -> Embedder:
        # Not when the actor is made: what goes wrong there reaches nobody.
        return make_embedder(self._settings)

    def digest(self) -> str:
        return self._embedder.digest

    def embed_parts(self, texts: list[str], parts: Parts) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        return self._embedder.embed_parts(texts, parts)
