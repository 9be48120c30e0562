"""An extreme that is asked for has to be said, and its opposite is no answer."""

from __future__ import annotations

import pytest

from report_qa.extremes import extremes_asked, lacks_extreme, says_the_opposite, sides_asked


@pytest.mark.parametrize(
    ("question", "words", "lacks", "opposite"),
    [
        ("Which ward has the highest rent?", "Rents in Northfield are £900.", True, False),
        ("Which ward has the highest rent?", "Rents are greatest in Northfield.", False, False),
        ("Which is the least deprived ward?", "Northfield is the most deprived ward.", True, True),
        ("Which is the least deprived ward?", "From the most to the least deprived ward.", False, False),
        ("Which ward was first and which was latest?", "Northfield came first.", True, False),
        ("Which of the most deprived wards has a hall?", "Northfield has a hall.", False, False),
        ("Which ward has the youngest people?", "Hartley has the oldest people.", False, True),
        ("What is the highest rent?", "Rents in Northfield are £900.", False, False),
        ("Did at least half agree?", "Most of them agreed.", False, False),
        ("How many women smoke?", "Of men, 12% smoke.", False, True),
        ("How many people smoke?", "Of men, 12% smoke.", False, False),
    ],
)
def test_an_extreme_asked_for_must_be_said_and_not_its_opposite(
    question: str, words: str, lacks: bool, opposite: bool
) -> None:
    assert lacks_extreme(words, extremes_asked(question)) is lacks
    assert says_the_opposite(words, sides_asked(question)) is opposite
