"""The measures of accounts, and the lines that a question about one is searched with."""

from __future__ import annotations

import pytest

from report_qa.measures import lines_of, names_statement


@pytest.mark.parametrize(
    ("text", "written", "line"),
    [
        ("What is the gross margin?", "gross margin", "cost of sales"),
        ("What was the Gross Profit Margin?", "Gross Profit Margin", "gross profit"),
        ("What is the FY2018 capex?", "capex", "purchases of property, plant and equipment"),
        ("What is the net PP&E?", "PP&E", "property, plant and equipment, net"),
        ("What is the year-end PPNE?", "PPNE", "property, plant and equipment, net"),
        ("Is the quick ratio healthy?", "quick ratio", "total current liabilities"),
        ("Was the acid-test passed?", "acid-test", "inventories"),
        ("What was the EPS?", "EPS", "earnings per share"),
        ("What is the DPO?", "DPO", "accounts payable"),
        ("What is SG&A?", "SG&A", "selling, general and administrative expenses"),
        ("What were the restructuring costs?", "restructuring costs", "restructuring liability"),
        ("What does the balance sheet say?", "balance sheet", "statement of financial position"),
        ("What of the cash flow statement?", "cash flow statement", "statement of cash flows"),
    ],
)
def test_a_measure_rests_on_lines_of_a_statement(text: str, written: str, line: str) -> None:
    found = dict(lines_of(text))

    assert line in found[written].split(", ") or line in found[written]
    assert not any(part == "" for part in found[written].split(", "))


@pytest.mark.parametrize(
    "text",
    [
        "What is the rent?",
        "What is the margin of error?",
        "Which steps and roads are taken?",
        "Is the capital intense?",
        "Who audits?",
    ],
)
def test_other_questions_name_no_measure(text: str) -> None:
    assert lines_of(text) == ()


def test_a_question_may_name_several_measures() -> None:
    assert [written for written, _ in lines_of("Is the quick ratio or the return on assets higher?")] == [
        "quick ratio",
        "return on assets",
    ]


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [
        ("Consolidated Balance Sheets", True),
        ("CONSOLIDATED STATEMENTS OF CASH FLOWS", True),
        ("Statement of consolidated income", True),
        ("Statement of financial activities", True),
        ("Income statement for the year", True),
        ("Statement of principles", False),
        ("Balance and fairness", False),
        ("", False),
    ],
)
def test_accounts_are_told_by_the_headings_of_their_statements(heading: str, is_one: bool) -> None:
    assert names_statement(heading) is is_one
