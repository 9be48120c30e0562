"""The stronger judge: a tiny cross-encoder with random weights, made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from report_qa.backends.entailment import CrossEncoderEntailment
from report_qa.errors import ModelUnavailable, SettingInvalid

LABELS = {0: "contradiction", 1: "neutral", 2: "entailment"}


def tiny(folder: Path, labels: dict[int, str]) -> str:
    """Write a cross-encoder of one layer and thirty words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "burglary", "fell", "rose", "by", "12", "%", "."]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.8,
        id2label=labels,
        label2id={label: at for at, label in labels.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def test_probabilities_come_in_the_order_of_the_port_whatever_the_models_is(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    pairs = [("burglary fell by 12 %.", "burglary rose by 12 %."), ("burglary fell.", "burglary fell.")]

    one = CrossEncoderEntailment(tiny(tmp_path / "one", LABELS)).judge(pairs)
    two = CrossEncoderEntailment(tiny(tmp_path / "two", {0: "ENTAILMENT", 1: "NEUTRAL", 2: "CONTRADICTION"})).judge(
        pairs
    )

    assert one.shape == (2, 3)
    assert np.allclose(one.sum(axis=1), 1, atol=1e-5)
    # The same weights under labels in the reverse order.
    assert np.allclose(one[:, 0], two[:, 1], atol=1e-5)
    assert not np.allclose(one[:, 0], one[:, 1], atol=1e-3)


def test_nothing_to_judge_is_no_error(tmp_path: Path) -> None:
    assert CrossEncoderEntailment(tiny(tmp_path, LABELS)).judge([]).shape == (0, 3)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="labels are bad, good, so-so"):
        CrossEncoderEntailment(tiny(tmp_path, {0: "good", 1: "so-so", 2: "bad"}))


def test_a_model_that_is_not_here_is_named_with_its_setting() -> None:
    with pytest.raises(ModelUnavailable, match="ENTAILMENT_MODEL"):
        CrossEncoderEntailment("nobody/no-such-judge")
