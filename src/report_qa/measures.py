"""Measures of accounts, with the statement and the lines that they are read or worked out from.

"What is the gross margin?" is answered on a page that says "cost of sales" and never "gross margin". This is the vocabulary of
accounting in general, of companies, charities and public bodies, and of no one's accounts in particular.
"""

from __future__ import annotations

import re

_INCOME = "statement of income, statement of operations, statement of earnings"
_BALANCE = "balance sheet, statement of financial position"
_CASH = "statement of cash flows"

# What a question says, the lines that it rests on, and the statements in which these stand.
_MEASURES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        r"balance sheets?|statements? of financial position",
        "",
        (_BALANCE,),
    ),
    (
        r"income statements?|statements? of (?:income|operations|earnings)|profit and loss(?: account| statement)?",
        "",
        (_INCOME,),
    ),
    (
        r"cash ?flow statements?|statements? of cash ?flows?",
        "",
        (_CASH,),
    ),
    (
        r"cap(?:ital )?ex(?:penditures?)?|capital spending",
        "purchases of property, plant and equipment, capital expenditures, investing activities",
        (_CASH,),
    ),
    (
        r"pp ?(?:&|n|and)? ?e|(?:net )?property,? plant,? (?:and|&) equipment|fixed assets",
        "property, plant and equipment, net",
        (_BALANCE,),
    ),
    (
        r"capital[- ]intensi(?:ve|ty)",
        "property, plant and equipment, net, total assets",
        (_BALANCE,),
    ),
    (
        r"gross (?:profit )?margins?|gross profit",
        "revenue, net sales, cost of sales, cost of revenue, gross profit",
        (_INCOME,),
    ),
    (
        r"operating (?:profit |income )?margins?",
        "operating income, income from operations, revenue, net sales",
        (_INCOME,),
    ),
    (
        r"net (?:profit |income )?margins?",
        "net income, revenue, net sales",
        (_INCOME,),
    ),
    (
        r"ebitda?(?: margins?)?",
        "operating income, depreciation and amortization, net income",
        (_INCOME, _CASH),
    ),
    (
        r"(?:total |net )?revenues?|top[- ]line",
        "net sales, total revenue",
        (_INCOME,),
    ),
    (
        r"effective tax rates?",
        "provision for income taxes, income before income taxes",
        (_INCOME,),
    ),
    (
        r"quick ratio|acid[- ]test(?: ratio)?",
        "total current assets, inventories, cash, receivables, total current liabilities",
        (_BALANCE,),
    ),
    (
        r"current ratio|working capital(?: ratio)?|liquidity (?:profile|position|ratio)",
        "total current assets, total current liabilities",
        (_BALANCE,),
    ),
    (
        r"debt[- ]to[- ]equity|leverage ratio",
        "long-term debt, total liabilities, total equity",
        (_BALANCE,),
    ),
    (
        r"interest coverage(?: ratio)?",
        "operating income, interest expense",
        (_INCOME,),
    ),
    (
        r"inventory turnover(?: ratio)?|days inventory outstanding|dio",
        "cost of sales, inventories",
        (_INCOME, _BALANCE),
    ),
    (
        r"fixed asset turnover(?: ratio)?|asset turnover(?: ratio)?",
        "revenue, property, plant and equipment, net, total assets",
        (_INCOME, _BALANCE),
    ),
    (
        r"days (?:payable|payables) outstanding|dpo|accounts payable",
        "accounts payable, cost of sales",
        (_BALANCE,),
    ),
    (
        r"days sales outstanding|dso|(?:accounts |trade )?receivables?",
        "accounts receivable, trade receivables",
        (_BALANCE,),
    ),
    (
        r"inventories|(?:merchandise|ending|total|net) inventory",
        "inventories, merchandise inventories",
        (_BALANCE,),
    ),
    (
        r"return on assets|roa",
        "net income, total assets",
        (_INCOME, _BALANCE),
    ),
    (
        r"return on equity|roe",
        "net income, total equity",
        (_INCOME, _BALANCE),
    ),
    (
        r"free cash ?flows?|operating cash ?flows?|cash (?:flows? )?from operat(?:ions|ing activities)",
        "net cash provided by operating activities",
        (_CASH,),
    ),
    (
        r"dividends? paid|cash dividends?|dividend payout(?: ratio)?|retention ratio",
        "dividends paid, financing activities, net income",
        (_CASH,),
    ),
    (
        r"(?:net|total) (?:income|earnings|profit)|bottom line",
        "net income, net earnings",
        (_INCOME,),
    ),
    (
        r"cogs|cost of goods sold",
        "cost of sales, cost of goods sold, cost of revenue",
        (_INCOME,),
    ),
    (
        r"d ?& ?a|depreciation(?: and amorti[sz]ation)?",
        "depreciation and amortization, operating activities",
        (_CASH,),
    ),
    (
        r"sg ?& ?a",
        "selling, general and administrative expenses",
        (_INCOME,),
    ),
    (
        r"(?:cash and )?cash equivalents",
        "cash and cash equivalents",
        (_BALANCE,),
    ),
    (
        r"restructuring (?:costs?|charges?|liabilit(?:y|ies))",
        "restructuring costs, restructuring liability",
        (),
    ),
    (
        r"(?:earnings|income|profit) per share|\beps\b",
        "earnings per share, basic, diluted",
        (_INCOME,),
    ),
)
_STATEMENTS = re.compile(
    r"\bbalance sheets?\b|\bstatements? of (?:\w+ )?"
    r"(?:financial position|income|operations|earnings|cash ?flows?|financial activities)\b|\bincome statements?\b",
    re.IGNORECASE,
)
_COMPILED = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), ", ".join(filter(None, (lines, *statements))))
    for pattern, lines, statements in _MEASURES
)


def lines_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return the measures that a question names, each as it is written, with the lines and statements it rests on."""
    found = []
    for pattern, lines in _COMPILED:
        match = pattern.search(text)
        if match:
            found.append((match[0], lines))
    return tuple(found)


def names_statement(heading: str) -> bool:
    """Return whether a heading is that of one of the statements that accounts consist of."""
    return bool(_STATEMENTS.search(heading))
