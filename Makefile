# Report Q&A: `make help` lists what can be made. Written for GNU make 3.81 (macOS) and newer.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:

REPORT_QA_LIBRARY ?= ./library
export REPORT_QA_LIBRARY
# Nothing here talks to a model hub or sends telemetry; the warning of tokenizers about forks is of no use to anyone.
export HF_HUB_OFFLINE := 1
export ANONYMIZED_TELEMETRY := False
export TOKENIZERS_PARALLELISM := false

BIN := .venv/bin
# Each file of tests runs in one process, several files at a time; each process may hold a model, so no more than four. The
# order is that of tests/conftest.py.
SPREAD := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Named after what it was made from and where: a changed lock file, a changed pyproject.toml or a moved folder
# is installed anew.
STAMP := .venv/.installed-$(shell { pwd; cat pyproject.toml requirements*.lock; } | cksum | tr ' ' -)
PEERS_STAMP := .venv-peers/.installed-$(shell { pwd; cat benchmarks/beside/requirements.txt; } | cksum | tr ' ' -)
CODE := src ingest benchmarks app.py corpus/build.py tests

.PHONY: help setup chat test check format browser accessibility scale load drill kills attacks local-model bench growth peers wheel sbom \
	evaluate screenshots corpus lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## install the locked packages into .venv (minutes the first time, nothing after that)
	@test -e $(STAMP) -a -x $(BIN)/python || exec ./requirements.sh install $(STAMP)

chat: setup ## open the chat on port 8501, ingesting corpus/ when nothing is published yet
	@test -s "$$REPORT_QA_LIBRARY/CURRENT" || { \
		echo "Nothing is published in $$REPORT_QA_LIBRARY yet: ingesting corpus/ (once)…"; \
		$(BIN)/python -m ingest corpus/ --if-nothing-published; }
	@exec $(BIN)/report-qa chat

test: setup ## run the tests, but for those in a browser
	@./requirements.sh local-model || true
	@$(BIN)/python -m pytest $(SPREAD)

check: setup ## lint, format and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: setup ## put the code into the format that `make check` asks for
	@$(BIN)/ruff check --fix --exit-zero --quiet
	@$(BIN)/ruff format

# What a page does on a busy machine is not always in time: a test that fails is tried again, and the summary says so.
browser: setup ## run the tests that drive the chat in Chromium
	@chromium=$${CHROMIUM:-$$(for name in chromium chromium-browser google-chrome google-chrome-stable \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
		"/Applications/Chromium.app/Contents/MacOS/Chromium"; \
		do command -v "$$name" && break; done)}; \
	test -n "$$chromium" || { echo "The browser tests need Chromium: install it (Debian, Ubuntu:" \
		"apt-get install chromium; macOS: brew install --cask chromium) or set CHROMIUM to its program." >&2; exit 1; }; \
	CHROMIUM="$$chromium" $(BIN)/python -m pytest $(SPREAD) --reruns 2 --maxfail 2 -m browser

accessibility: setup ## run every look of the accessibility tests: light and dark, on a desk and on a phone
	@LOOKS=all $(BIN)/python -m pytest -q -s -m browser tests/browser/test_accessibility.py

scale: setup ## run the tests of replicas behind nginx: rolling update, edition switch, a killed replica
	@$(BIN)/python -m pytest -q -m scale tests/scale

load: setup ## 50 readers and 20 searches a second for LOAD_MINUTES (10), then overload; FAULTS=1: while servers are killed
	@$(BIN)/python -m benchmarks.load

kills: setup ## kill real ingests at 60 and more instants, and fill a disk
	@KILLS=all $(BIN)/python -m pytest -q tests/ingest/test_kill.py tests/ingest/test_faults.py tests/ingest/test_chroma_server.py

attacks: setup ## attack written answers: every case against a model that obeys all it reads, and against a real small one
	@./requirements.sh local-model
	@ATTACKS=all $(BIN)/python -m pytest -q tests/attacks

local-model: setup ## serve a small chat model on this machine, to try written answers (needs no account, writes badly)
	@./requirements.sh local-model
	@exec $(BIN)/python -m benchmarks.local_model

bench: setup peers ## measure ours beside other systems and write docs/benchmarks.md (a quarter of an hour; goes on where it was stopped)
	@$(BIN)/python -m benchmarks.beside $(if $(ANEW),--anew)

growth: setup ## measure how publishing, searching and memory grow with the library
	@$(BIN)/python -m benchmarks.scale 10000

peers: setup ## install the systems that `make bench` measures beside ours into .venv-peers (2 GB, once)
	@test -e $(PEERS_STAMP) || { \
		rm -rf .venv-peers && $(BIN)/python -m venv .venv-peers && \
		.venv-peers/bin/python -m pip install -qq --only-binary :all: -r benchmarks/beside/requirements.txt && \
		: >$(PEERS_STAMP); }

wheel: setup ## install the wheel and its locked packages into a fresh environment, and use it from elsewhere (minutes)
	@WHEEL=whole $(BIN)/python -m pytest -q tests/wheel

sbom: setup ## write dist/sbom.cdx.json: the locked packages that are needed to run, with their hashes, as CycloneDX
	@$(BIN)/python docs/make_sbom.py

evaluate: setup ## measure the answers against corpus/gold.jsonl
	@$(BIN)/report-qa evaluate corpus/gold.jsonl

screenshots: setup ## take the pictures of docs/screenshots/ anew, in Chromium
	@PYTHONPATH=. $(BIN)/python docs/make_screenshots.py

corpus: setup ## build the documents of corpus/ anew
	@$(BIN)/python corpus/build.py

lock: ## resolve pyproject.toml into the lock files (UPGRADE=1: to the newest versions it allows)
	@./requirements.sh lock $(if $(UPGRADE),--upgrade)

clean: ## remove the environments and the caches; the library stays
	@rm -rf .venv .venv-peers .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
