"""The embedding model: any sentence-transformers model on this machine, the bundled all-MiniLM-L6-v2 by default.

Parts of a text (the sentences of a passage) get their vectors by late chunking (Günther et al., arXiv 2409.04701): the
token vectors of the whole text's own pass are averaged over each part's tokens, so that a sentence knows the heading
and the sentences around it, and costs nothing more. It needs a model whose text vector is the mean of its token
vectors; with other models each part is embedded on its own.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from report_qa.backends.model_files import embedder_digest, model_folder, unavailable, uses_bf16

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SentenceTransformerEmbedder", "embedder_digest"]

# Tokens of one pass, padding included. On a processor small batches stay in its cache; a graphics card wants large ones.
_BATCH_TOKENS = {"cpu": 1_024, "cuda": 65_536}
# Lengths are padded up to a multiple of this: for each shape that it meets torch keeps kernels, 1.7 MB a length on this model.
_LENGTH_STEP = 8
_SURROGATES = re.compile("[\ud800-\udfff]")
_FALLBACK_LENGTH = 512

Range = tuple[int, int]


class SentenceTransformerEmbedder:
    """Implements `ports.Embedder`. Safe to use from several threads, which share the processors.

    Raises:
        ModelUnavailable: the model is not on this machine; nothing is ever downloaded.
    """

    def __init__(self, model: str, bf16: bool | None = None) -> None:
        folder = model_folder(model)
        self.name = model
        self.digest = embedder_digest(model, bf16)
        # Read by the libraries when they are imported: no look-ups on the hub, and no warning about forked tokenizers.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        # See _threads; what still waits for other threads is not to do it by spinning.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        precision = torch.bfloat16 if uses_bf16(bf16) else torch.float32
        try:
            loaded: Any = SentenceTransformer(
                str(folder), device=self._device, local_files_only=True, model_kwargs={"dtype": precision}
            )
        except Exception as error:  # the readers of weights and tokenizers raise bare Exceptions of their own
            raise unavailable(model) from error
        self._model = loaded.eval()
        self._tokenizer: Any = self._model.tokenizer
        self._length = self._model.max_seq_length or _FALLBACK_LENGTH
        self._document_prompt = _prompt(self._model.prompts, "document", "passage", "corpus")
        self._question_prompt = _prompt(self._model.prompts, "query")
        self._averages = _averages_tokens(self._model)
        self._lock = threading.Lock()
        self._threads = self._share_processors()
        self.dimensions = int(self._model.get_embedding_dimension())
        around = len(self._ids([""], special=True)[0]) + len(self._ids([self._document_prompt])[0])
        self.max_tokens = self._length - around

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._ids(texts)]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed_all(texts, [()] * len(texts), self._document_prompt)[0]

    def embed_question(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.embed_questions([text])[0]
        return vector

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed_all(texts, [()] * len(texts), self._question_prompt)[0]

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[Range]]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """See `ports.Embedder`. A part that the model's limit cuts off, or of no token, is embedded on its own."""
        if len(texts) != len(parts):
            raise ValueError("as many lists of parts as texts are needed")
        vectors, part_vectors = self._embed_all(texts, parts, self._document_prompt)
        missing = [
            (which, row)
            for which, found in enumerate(part_vectors)
            for row in np.flatnonzero(~found.any(axis=1)).tolist()
        ]
        words = [" ".join(texts[which][start:end] for start, end in parts[which][row]) for which, row in missing]
        for (which, row), vector in zip(missing, self.embed(words), strict=True):
            part_vectors[which][row] = vector
        return vectors, part_vectors

    def _share_processors(self) -> ThreadPoolExecutor | None:
        """Return as many threads as there are processors, each of which takes a batch for itself; None on a card.

        Threads that share one pass wait for each other at every layer, and on a machine that does anything else, most of
        the time: at a load of 2 on two cores, 25 passages/s with two threads in a pass, 150 with one in each.
        """
        if self._device != "cpu":
            return None
        self._torch.set_num_threads(1)
        return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="embedder")

    def _embed_all(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[Range]]], prompt: str
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Return unit vectors of texts and parts; rows of zeros for parts without a token in the pass."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        part_vectors = [np.zeros((len(each), self.dimensions), dtype=np.float32) for each in parts]
        whole = [_SURROGATES.sub("\ufffd", text) for text in texts]
        if not self._averages:
            lengths = self.count_tokens(whole)
            for positions in self._batches(lengths):
                vectors[positions] = self._encode([whole[which] for which in positions], prompt)
            return vectors, part_vectors
        for batch in self._passed([prompt + text for text in whole]):
            for row, which in enumerate(batch.positions):
                vectors[which] = _unit(batch.weights[row] @ batch.tokens[row])
                if parts[which]:
                    held = _held(batch.offsets[row] - len(prompt), parts[which])
                    part_vectors[which] = _unit(held @ batch.tokens[row])
        return vectors, part_vectors

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Yield positions, longest texts first, so that texts of one length share a pass and none is padded much."""
        lengths = [min(count, self._length) for count in lengths]
        batch: list[int] = []
        for which in sorted(range(len(lengths)), key=lambda which: -lengths[which]):
            if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_TOKENS[self._device]:
                yield batch
                batch = []
            batch.append(which)
        if batch:
            yield batch

    def _passed(self, texts: list[str]) -> Iterator[_Pass]:
        """Yield the texts' token vectors, a batch at a time, in the order of their lengths."""
        if not texts:
            return
        with self._lock:
            encoded = self._tokenizer(
                texts, padding=False, truncation=True, max_length=self._length, return_offsets_mapping=True
            )
        prepared = (self._padded(encoded, positions) for positions in self._batches([*map(len, encoded["input_ids"])]))
        if self._threads is None:
            yield from map(self._pass, prepared)
        else:
            yield from self._threads.map(self._pass, prepared)

    def _padded(self, encoded: Any, positions: list[int]) -> _Pass:
        """Return a batch without its vectors; what stands in `inputs` is what the model takes."""
        longest = max(len(encoded["input_ids"][which]) for which in positions)
        longest = min(self._length, -(-longest // _LENGTH_STEP) * _LENGTH_STEP)
        shape = (len(positions), longest)
        inputs = {name: np.zeros(shape, dtype=np.int64) for name in encoded if name != "offset_mapping"}
        inputs["input_ids"] += self._tokenizer.pad_token_id or 0
        offsets = np.zeros((*shape, 2), dtype=np.int64)
        for row, which in enumerate(positions):
            size = len(encoded["input_ids"][which])
            for name, filled in inputs.items():
                filled[row, :size] = encoded[name][which]
            offsets[row, :size] = encoded["offset_mapping"][which]
        weights = inputs["attention_mask"].astype(np.float32)
        empty = np.zeros((0, 0, 0), dtype=np.float32)
        return _Pass(positions=positions, inputs=inputs, tokens=empty, weights=weights, offsets=offsets)

    def _pass(self, batch: _Pass) -> _Pass:
        with self._torch.inference_mode():
            given = {name: self._torch.from_numpy(values).to(self._device) for name, values in batch.inputs.items()}
            vectors = self._model(given)["token_embeddings"]
            return replace(batch, inputs={}, tokens=vectors.float().cpu().numpy())

    def _encode(self, texts: list[str], prompt: str) -> NDArray[np.float32]:
        with self._lock:
            found = self._model.encode(
                texts, prompt=prompt, batch_size=len(texts), show_progress_bar=False, convert_to_tensor=True
            )
        return _unit(found.float().cpu().numpy())

    def _ids(self, texts: Sequence[str], *, special: bool = False) -> list[list[int]]:
        """Return each text's token ids, however many; the length warning of the tokenizer is not wanted here."""
        if not texts:
            return []
        clean = [_SURROGATES.sub("\ufffd", text) for text in texts]
        with self._lock:
            if hasattr(self._tokenizer, "encode_batch"):  # a static model has a bare tokenizer
                return [each.ids for each in self._tokenizer.encode_batch(clean, add_special_tokens=special)]
            if self._tokenizer.is_fast:
                # Without the dictionaries that transformers makes of each text: counting is most of what splitting takes.
                backend = self._tokenizer.backend_tokenizer
                backend.no_truncation()
                backend.no_padding()
                return [each.ids for each in backend.encode_batch_fast(clean, add_special_tokens=special)]
            encoded = self._tokenizer(
                clean,
                add_special_tokens=special,
                truncation=False,
                padding=False,
                return_attention_mask=False,
                return_token_type_ids=False,
                verbose=False,
            )
        ids: list[list[int]] = encoded["input_ids"]
        return ids


@dataclass(frozen=True, slots=True)
class _Pass:
    """A batch on its way through the model: `tokens` (texts, tokens, dimensions), `weights` 1 for what is no padding.

    `positions` say which of the texts these are; `offsets` are each token's characters (0, 0: none).
    """

    positions: list[int]
    inputs: dict[str, NDArray[np.int64]]
    tokens: NDArray[np.float32]
    weights: NDArray[np.float32]
    offsets: NDArray[np.int64]


def _prompt(prompts: Mapping[str, str | None], *names: str) -> str:
    return next((prompt for name in names if (prompt := prompts.get(name))), "")


def _averages_tokens(model: Any) -> bool:
    """Return whether a text's vector is the plain mean of its token vectors, and characters can be told from tokens."""
    modules = list(model)
    kinds = [type(module).__name__ for module in modules]
    return (
        kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
        and modules[1].pooling_mode == "mean"
        and modules[1].include_prompt
        and not getattr(modules[0], "do_lower_case", False)
        and model.truncate_dim is None
        and bool(getattr(model.tokenizer, "is_fast", False))
    )


def _held(offsets: NDArray[np.int64], parts: Sequence[Sequence[Range]]) -> NDArray[np.float32]:
    """Return an array (parts, tokens): 1 where a token shares a character with one of the part's ranges."""
    first, last = offsets[:, 0], offsets[:, 1]
    real = last > first
    held = np.zeros((len(parts), len(offsets)), dtype=np.float32)
    for row, ranges in enumerate(parts):
        for start, end in ranges:
            held[row] += real & (first < end) & (last > start)
    return np.minimum(held, 1.0)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale to length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = (vectors / np.where(length == 0, 1, length)).astype(np.float32)
    return scaled
