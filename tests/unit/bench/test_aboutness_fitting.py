"""What of the texts to tune with is left out together, and what testing would count it to."""

from localcare.bench.aboutness_fitting import FILES, Told, about_of, part_of, style_as_asked
from localcare.bench.quality.templates import File, load_templates
from localcare.bench.quality.texts import Asked
from localcare.stores.core.aboutness import About


def told(style: str, source: File) -> Told:
    kind = load_templates(source).styles[style].kind
    return Told(Asked("1", "pellora", style, kind, "a text", "1", ("1",), 1, "a wording"), source, ())


def test_every_text_of_a_wording_is_of_one_part() -> None:
    assert part_of("tuning", "a") == part_of("tuning", "b")
    assert {part_of("tuning_more", wording) for wording in "abcdefghijklmnop"} == {
        f"others {part}" for part in range(4)
    }


def test_facts_and_visits_of_the_other_files_are_not_what_testing_asks() -> None:
    assert style_as_asked(told("store_number", "tuning")) is None
    assert style_as_asked(told("plain_visit", "tuning_more")) is None
    assert style_as_asked(told("cross_street", "tuning")) == "cross_street"


def test_what_is_about_no_store_is_counted_to_its_style_whatever_the_file() -> None:
    assert style_as_asked(told("wishes", "tuning_more")) == "hypothetical"
    assert style_as_asked(told("wide_more_rivals", "tuning_wide")) == "other_brand"
    assert style_as_asked(told("wide_more_several", "tuning_wide")) == "two_stores"
    assert style_as_asked(told("wide_plain_several", "tuning_wide")) is None  # its clauses are in other wordings too


def test_texts_about_no_store_are_told_by_their_style() -> None:
    for file in FILES:
        for name, style in load_templates(file).styles.items():
            assert style.kind != "nowhere" or about_of(name) is not About.STORE, name
