"""A stronger judge of claims: any cross-encoder for natural-language inference on this machine. None comes with the packages.

The order of its labels is the model's own (`id2label` of its configuration) and never supposed: a model whose labels don't name
entailment and contradiction is refused.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from report_qa.backends.model_files import model_folder, unavailable_judge
from report_qa.errors import ModelUnavailable, SettingInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ENTAILMENT, _CONTRADICTION = "entail", "contradict"


class CrossEncoderEntailment:
    """Implements `ports.EntailmentModel`. Safe to use from several threads, one at a time.

    Raises:
        ModelUnavailable: the model is not on this machine; nothing is ever downloaded.
        SettingInvalid: it is no model for natural-language inference.
    """

    def __init__(self, model: str) -> None:
        try:
            folder = model_folder(model)
        except ModelUnavailable as error:
            raise unavailable_judge(model) from error
        self.name = model
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(str(folder), local_files_only=True)
        except Exception as error:  # the readers of weights and tokenizers raise bare Exceptions of their own
            raise unavailable_judge(model) from error
        self._columns = _columns(self._model.config.id2label, model)
        self._lock = threading.Lock()

    def judge(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """See `ports.EntailmentModel`."""
        if not pairs:
            return np.zeros((0, 3), dtype=np.float32)
        with self._lock:
            scores = self._model.predict(
                list(pairs), apply_softmax=True, convert_to_numpy=True, show_progress_bar=False
            )
        found = np.asarray(scores, dtype=np.float32)
        entailed, contradicted = (found[:, at] for at in self._columns)
        return np.stack([entailed, contradicted, 1 - entailed - contradicted], axis=1)


def _columns(labels: Mapping[int, str], model: str) -> tuple[int, int]:
    named = {str(label).lower(): int(at) for at, label in labels.items()}
    entailed = [at for label, at in named.items() if label.startswith(_ENTAILMENT)]
    contradicted = [at for label, at in named.items() if label.startswith(_CONTRADICTION)]
    if len(entailed) != 1 or len(contradicted) != 1:
        raise SettingInvalid(
            f"{model} is no model for natural-language inference: its labels are {', '.join(sorted(named))}.",
            hint="Name a cross-encoder with the labels entailment, neutral and contradiction.",
        )
    return entailed[0], contradicted[0]
