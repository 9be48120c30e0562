"""What axe finds on a page as it stands: breaches of WCAG 2.2 A and AA, each with its rule and its node."""

from __future__ import annotations

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Of the rules that are kept only the number is of use: their nodes, hundreds of them, are not sent over.
    "resultTypes": ["violations"],
}
_AXE = Axe()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How many rules a page keeps, and what breaks the others: "color-contrast (serious): .cite: …"."""

    kept: int
    violations: tuple[str, ...]


def audit(page: Page) -> Audit:
    """Return what axe says of the page."""
    response = _AXE.run(page, options=_RULES).response
    return Audit(
        kept=len(response["passes"]),
        violations=tuple(
            f"{rule['id']} ({rule['impact']}): {node['target']}: {node['failureSummary']}"
            for rule in response["violations"]
            for node in rule["nodes"]
        ),
    )
