"""docs/benchmarks.md and its plots, written whole from the results of a run and the text in page.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from benchmarks.beside.bars import Bar, Group, draw
from benchmarks.beside.behind import NAMED_PEER, OURS, behind, rounded

TEMPLATE = Path(__file__).with_name("page.md")
NONE = "–"
_NO_REFUSALS = "does not refuse"
_NOTHING = "Nothing has been measured yet: `make bench` does."

Part = Mapping[str, Any]


def write(results: Mapping[str, Any], folder: Path) -> Path:
    """Write benchmarks.md and its plots into a folder of documents; returns the page."""
    plots = folder / "benchmarks"
    plots.mkdir(parents=True, exist_ok=True)
    names = _names(results)
    sections = []
    for each in results["about"]["sets"]:
        parts = results["parts"].get(each["name"], {})
        if not parts:
            continue
        plot = plots / f"{each['name']}.svg"
        plot.write_text(draw(f"{each['title']}: speed, memory and disk", groups(parts, names)), encoding="utf-8")
        sections.append(_section(each, parts, names, f"benchmarks/{plot.name}"))
    about = results["about"]
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        date=about["date"],
        machine=about["machine"],
        load=_load(results["parts"]),
        versions=", ".join(f"{name} {version}" for name, version in about["versions"].items()),
        systems="\n".join(f"- **{each['title']}** {each['version']}: {each['about']}." for each in about["systems"]),
        sections="\n\n".join(sections) or _NOTHING,
        behind=behind(results),
    )
    page = folder / "benchmarks.md"
    page.write_text(text, encoding="utf-8")
    return page


def _load(parts: Mapping[str, Mapping[str, Part]]) -> str:
    loads = [part["load"] for of_set in parts.values() for part in of_set.values() if "load" in part]
    return f"{min(loads)} to {max(loads)}" if loads else NONE


def _names(results: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["title"] for each in results["about"]["systems"]}


def _section(about: Mapping[str, Any], parts: Mapping[str, Part], names: Mapping[str, str], plot: str) -> str:
    head = (
        f"## {about['title'].capitalize()}\n\n{about['files']} PDFs, {about['pages']} pages; {about['questions']} questions, "
        f"{about['unanswerable']} of them unanswerable."
    )
    failed = [f"{names[name]}: {part['failed']}." for name, part in parts.items() if part.get("failed")]
    picture = f"![{about['title']}: pages per second, peak memory and disk of each system]({plot})"
    return "\n\n".join([head, table(parts, names), *failed, picture])


# The figures of a table: head, how a part's figure is written, and how it is compared with the named peer's.
_Cell = Callable[[Part], str]


def table(parts: Mapping[str, Part], names: Mapping[str, str]) -> str:
    """Return a set's table: a column a system, a row a figure, ratios to the named peer in brackets."""
    there = [name for name in names if name in parts]
    peer = parts.get(NAMED_PEER, {})
    rows: list[tuple[str, _Cell]] = [
        ("ingest, pages per second", lambda part: _ratio(part, peer, "pages_per_second", "{:.1f}")),
        ("peak memory of the ingest, MB", lambda part: _ratio(part, peer, "ingest_mb", "{:,.0f}")),
        ("peak memory while answering, MB", lambda part: _ratio(part, peer, "ask_mb", "{:,.0f}")),
        ("disk, MB", lambda part: _ratio(part, peer, "disk_mb", "{:,.1f}")),
        ("a question, p50, ms", lambda part: _ratio(part, peer, "ms_50", "{:,.0f}")),
        ("a question, p95, ms", lambda part: _ratio(part, peer, "ms_95", "{:,.0f}")),
        ("… its search alone, p50, ms", lambda part: _ratio(part, peer, "find_ms_50", "{:,.0f}")),
        ("a gold page first", lambda part: _share(part, "page_hit_1")),
        ("a gold page within five", lambda part: _share(part, "page_hit_5")),
        ("unanswerable questions refused", lambda part: _refusals(part, "refused_unanswerable")),
        ("answerable questions refused", lambda part: _refusals(part, "refused_answerable")),
        ("right answers", lambda part: _share(part, "right")),
    ]
    lines = [
        "| | " + " | ".join(names[name] for name in there) + " |",
        "|---|" + "---|" * len(there),
        *(f"| {head} | " + " | ".join(cell(parts[name]) for name in there) + " |" for head, cell in rows),
    ]
    return "\n".join(lines)


def _ratio(part: Part, peer: Part, name: str, form: str) -> str:
    value, of_peer = part.get(name), peer.get(name)
    if value is None:
        return NONE
    written = form.format(value)
    return written if part is peer or not of_peer else f"{written} (×{rounded(value / of_peer)})"


def _share(part: Part, name: str) -> str:
    return NONE if part.get(name) is None else f"{part[name]:.0%}"


def _refusals(part: Part, name: str) -> str:
    if part.get("failed"):
        return NONE
    return _share(part, name) if part.get("answers") else _NO_REFUSALS


def groups(parts: Mapping[str, Part], names: Mapping[str, str]) -> Sequence[Group]:
    """Return what is drawn of a set."""

    def group(title: str, name: str, form: str) -> Group:
        bars = tuple(
            Bar(
                name=names[system],
                value=parts[system].get(name),
                text=NONE if parts[system].get(name) is None else form.format(parts[system][name]),
                ours=system == OURS,
            )
            for system in names
            if system in parts
        )
        return Group(title=title, bars=bars)

    return (
        group("Ingest, pages per second (more is better)", "pages_per_second", "{:.1f}"),
        group("Peak memory of the ingest, MB (less is better)", "ingest_mb", "{:,.0f}"),
        group("Disk, MB (less is better)", "disk_mb", "{:,.1f}"),
        group("A question, p50, ms (less is better)", "ms_50", "{:,.0f}"),
    )
