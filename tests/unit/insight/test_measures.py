"""One definition for every number, the same in code and reference."""

from pathlib import Path

from localcare.insight.core.comparison import MIN_OPINIONS, WIDEST
from localcare.insight.core.measures import MEASURES, as_markdown, measure

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "measures.md"


def test_the_reference_says_what_the_code_says() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == as_markdown()


def test_no_two_measures_share_a_name() -> None:
    assert len({item.slug for item in MEASURES}) == len({item.name for item in MEASURES}) == len(MEASURES)


def test_the_bounds_of_comparison_are_those_of_the_definition() -> None:
    words = measure("share_positive").definition
    assert f"fewer than {MIN_OPINIONS} opinions" in words
    assert f"wider than {100 * WIDEST:.0f} points" in words.replace("  ", " ")
