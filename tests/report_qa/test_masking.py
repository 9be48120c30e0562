"""What people are found by is masked; years, sums, codes and ranges are left as they are."""

from __future__ import annotations

import pytest

from report_qa.masking import mask


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Write to anna.brook+x@example.co.uk, please", "Write to [e-mail], please"),
        ("(anna@example.org)", "([e-mail])"),
        ("Ring 020 7946 0958 or +44 (0)20 7946-0958.", "Ring [phone] or [phone]."),
        ("Ring (020) 7946 0958", "Ring [phone]"),
        ("Ring 0171/946 09 58 now", "Ring [phone] now"),
        ("Ring 555-123-4567", "Ring [phone]"),
        ("Ring 0049 30 901820", "Ring [phone]"),
    ],
)
def test_what_people_are_found_by_is_masked(written: str, shown: str) -> None:
    assert mask(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "In 2019, 2020 and 2021 it was 1,234,567.",
        "Between 2010-2020 it fell by 0.25% to £4.2 billion.",
        "OBC-2024/17 and 123 456 7890123",
        "What is 00 in 1.000.000.000?",
        "A rate of 0.123456789",
        "Follow @example on the 24.11.2026",
    ],
)
def test_figures_and_codes_stay(text: str) -> None:
    assert mask(text) == text
