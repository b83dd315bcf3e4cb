"""docs/resolution-card.md is what the command writes, not what somebody typed."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from localcare.bench.quality.bars import broken_promises, style_floors
from localcare.bench.quality.card import CARD, PICTURE, compose_card, write_card
from localcare.bench.quality.figures import figures_of, references_of
from localcare.bench.quality.gallery import write_gallery
from localcare.bench.quality.identities import Tally
from localcare.bench.quality.measures import measure_reliability
from localcare.bench.quality.outcomes import Outcome
from localcare.bench.quality.picture import draw_reliability
from localcare.bench.quality.reviews import Reviewed, ReviewFigures
from localcare.bench.quality.run import Quality, measure_words
from localcare.bench.quality.templates import WORDINGS, load_templates
from localcare.bench.resolver_alone import Pace
from tests.unit.bench.quality.made import outcome

DOCS = Path(__file__).parents[4] / "docs"
PACE = Pace(50_000, 9_000, 5_000, 120.0, 30.0, 0.6, 400_000)


def made_quality(outcomes: list[Outcome]) -> Quality:
    """An evaluation of a few made-up outcomes."""
    words = measure_words(outcomes)
    return Quality(
        split="testing",
        stores={"pellora": 3216},
        words=words,
        reliability=measure_reliability(outcomes),
        reliability_routed=measure_reliability(outcomes, routed_only=True),
        baselines={"exact_city": words, "largest_town": words, "nearest_text": words},
        identities={"page_id": Tally(10, 9, 1, 0), "coordinates": Tally(10, 10, 0, 0)},
        circumstances={"answer_to_which_store": Tally(10, 9), "moved": Tally(10, 10)},
        strange_home=words.overall,
        reviews=ReviewFigures(40, 40, Reviewed(5, 2, 2), Reviewed(9, 3, 2)),
        corpus=None,
        outcomes=outcomes,
    )


@pytest.fixture
def quality() -> Quality:
    right = [outcome(at, style=style) for style in load_templates(WORDINGS["testing"]).styles for at in range(30)]
    return made_quality([*right, outcome(99, style="zip", guess="7", confidence=0.97)])


def test_the_card_in_docs_has_the_form_the_command_gives_it(quality: Quality) -> None:
    kept, composed = (DOCS / CARD).read_text(encoding="utf-8"), compose_card(quality, PACE, 2.0)
    assert _headings(kept) == _headings(composed)
    assert _table_heads(kept) == _table_heads(composed)
    assert kept.split("## Words alone")[0].split("The directories")[0] == composed.split("The directories")[0]


def test_the_card_in_docs_names_every_style_with_its_floor() -> None:
    kept = (DOCS / CARD).read_text(encoding="utf-8")
    styles = load_templates(WORDINGS["testing"]).styles
    assert [name for name in styles if f"| {name.replace('_', ' ')}" not in kept] == []
    assert set(style_floors()) <= set(styles)


def test_the_picture_in_docs_is_an_svg_with_a_title() -> None:
    root = ET.fromstring((DOCS / PICTURE).read_text(encoding="utf-8"))  # noqa: S314 (our own file)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.findtext("{http://www.w3.org/2000/svg}title")


def test_the_picture_has_a_dot_and_an_interval_for_each_bin(quality: Quality) -> None:
    drawn = draw_reliability(quality.reliability.bins, "Reliability")
    assert drawn.count('class="point"') == drawn.count('class="range"') == len(quality.reliability.bins) == 2


def test_both_files_are_written(quality: Quality, tmp_path: Path) -> None:
    write_card(tmp_path, quality, PACE, 2.0)
    assert (tmp_path / CARD).is_file()
    assert (tmp_path / PICTURE).is_file()


def test_figures_have_the_names_people_script_against(quality: Quality) -> None:
    figures = figures_of(quality)
    assert {"coverage", "precision", "wrong_rate", "by_style"} <= figures.keys()
    assert references_of(quality).keys() == quality.baselines.keys()


def test_a_promise_that_does_not_hold_is_named(quality: Quality) -> None:
    slow = Pace(100, 9_000, 5_000, 120.0, 30.0, 0.6, 400_000)
    broken = broken_promises(slow, 9.0, made_quality([outcome(at, guess="2") for at in range(30)]))
    assert "100 questions a second by Page, promised 20000" in broken
    assert "precision of texts is 0.0, promised 0.98" in broken
    assert "9.0 s to load 50,000 stores, promised 5.0" in broken


def test_the_gallery_shows_the_surest_mistake_first(quality: Quality, tmp_path: Path) -> None:
    path = tmp_path / "gallery.md"
    write_gallery(
        path, [*quality.outcomes, outcome(1, style="mall", is_routed=False), outcome(2, guess="8", confidence=0.99)]
    )
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    assert ["city" in lines[0], "zip" in lines[1], "mall" in lines[2]] == [True] * 3


def _headings(card: str) -> list[str]:
    return re.findall(r"^#+ .*$", card, re.MULTILINE)


def _table_heads(card: str) -> list[str]:
    return [head for head, rule in re.findall(r"^(\|.*\|)\n(\|[-|]+\|)$", card, re.MULTILINE)]
