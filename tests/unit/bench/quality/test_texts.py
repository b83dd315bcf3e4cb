import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

from localcare.bench.quality.directories import DEMO, Directory, load_directories
from localcare.bench.quality.kept import read_kept
from localcare.bench.quality.templates import WORDINGS, File, Split, Style, load_templates, slots_of
from localcare.bench.quality.texts import draw_texts, is_of_split
from tests.unit.bench.quality.made import store

SPLITS: tuple[Split, ...] = ("tuning", "testing")
WANTED = {
    "store_number", "phone", "full_address", "street_only", "cross_street", "mall", "landmark", "zip", "misspelt_city",
    "city_many", "two_stores", "none", "other_brand", "spanish", "nickname", "neighbourhood", "partial_address", "hashtag",
    "lower_case", "the_one_on",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> list[Directory]:
    return load_directories(None)


@pytest.mark.parametrize("split", SPLITS)
def test_every_style_has_a_dozen_texts(split: Split) -> None:
    styles = load_templates(WORDINGS[split]).styles
    assert set(styles) >= WANTED
    assert {name: len(style.texts) for name, style in styles.items() if len(set(style.texts)) < 12} == {}


def test_tuning_and_testing_share_their_styles_and_no_wording() -> None:
    tuning, testing = (load_templates(WORDINGS[split]) for split in SPLITS)
    assert {name: style.kind for name, style in tuning.styles.items()} == {
        name: style.kind for name, style in testing.styles.items()
    }
    for name, style in tuning.styles.items():
        assert not set(map(_bare, style.texts)) & set(map(_bare, testing.styles[name].texts)), name


@pytest.mark.parametrize("file", get_args(File))
def test_no_file_to_tune_with_has_a_wording_of_testing(file: File) -> None:
    """Bare place names in a row say nothing that could be learned."""
    if file != WORDINGS["testing"]:
        own, kept_apart = (
            {
                _bare(text)
                for style in load_templates(each).styles.values()
                for text in _every_wording(style)
                if _says_something(text)
            }
            for each in (file, WORDINGS["testing"])
        )
        assert own & kept_apart == set()


@pytest.mark.parametrize("split", SPLITS)
def test_kept_texts_are_those_that_the_templates_give(split: Split, demo: list[Directory]) -> None:
    assert read_kept(split, [DEMO]) == draw_texts(demo, split)


@pytest.mark.long
@pytest.mark.parametrize("split", SPLITS)
def test_kept_texts_of_the_real_directories_are_those_that_the_templates_give(split: Split, eval_data: Path) -> None:
    directories = load_directories(eval_data)
    shops = [directory.shop for directory in directories]
    assert read_kept(split, shops) == draw_texts(directories, split)


@pytest.mark.parametrize("split", SPLITS)
def test_texts_are_about_stores_of_their_own_half(split: Split) -> None:
    shops = load_templates(WORDINGS[split]).shops
    assert {
        asked.id for asked in read_kept(split, shops) if asked.store and not is_of_split(asked.shop, asked.store, split)
    } == set()


def test_half_of_the_stores_are_for_testing(demo: list[Directory]) -> None:
    numbers = [entry.number for entry in demo[0].entries]
    share = sum(is_of_split(DEMO, number, "testing") for number in numbers) / len(numbers)
    assert 0.45 < share < 0.55


def test_what_is_true_of_a_text_holds_together() -> None:
    for asked in read_kept("testing", load_templates(WORDINGS["testing"]).shops):
        assert "{" not in asked.text
        assert asked.right == () or (len(asked.right) == asked.fitting and asked.store in asked.right)
        assert (asked.kind == "nowhere") == (asked.fitting == 0)


def test_corners_are_asked_of_stores_named_by_them_where_a_directory_has_such() -> None:
    named = [store(str(at), f"{at} Oak St", "Katy", name=f"OAK & {at}TH") for at in range(11, 41)]
    plain = [store(str(at), f"{at} Elm St", "Katy", name="KATY") for at in range(50, 200)]
    asked = draw_texts([Directory("mcdonalds", "McDonald's", (*plain, *named))], "testing", file="testing2")
    at_corners = {each.store for each in asked if each.style == "cross_street"}
    assert at_corners
    assert at_corners <= {entry.number for entry in named}


def _every_wording(style: Style) -> list[str]:
    return [*style.texts, *chain.from_iterable(style.only.values())]


def _says_something(text: str) -> bool:
    return len(_bare(text).split()) > 2 and _bare(text) != text


def _bare(text: str) -> str:
    """The wording alone: no slots, no punctuation."""
    for slot in slots_of(text):
        text = text.replace(f"{{{slot}}}", "")
    return " ".join(re.findall(r"\w+", text.lower())) or text
