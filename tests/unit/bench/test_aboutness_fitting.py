"""What of the texts to tune with is left out together, and what testing would count it to."""

from localcare.bench.aboutness_fitting import AS_ASKED, FILES, Told, about_of, part_of, style_as_asked, weigh_as_asked
from localcare.bench.quality.templates import File, load_templates
from localcare.bench.quality.texts import Asked
from localcare.bench.resolver_fitting import floor_for
from localcare.stores.core.aboutness import About


def told(style: str, source: File) -> Told:
    kind = load_templates(source).styles[style].kind
    return Told(Asked("1", "pellora", style, kind, "a text", "1", ("1",), 1, "a wording"), source, ())


def test_every_text_of_a_wording_is_of_one_part() -> None:
    assert part_of("tuning", "a") == part_of("tuning", "b")
    assert {part_of("tuning_more", wording) for wording in "abcdefghijklmnop"} == {
        f"others {part}" for part in range(4)
    }


def test_a_file_with_the_styles_of_testing_is_left_out_whole() -> None:
    assert {part_of(file, wording) for file in AS_ASKED for wording in "abcdefgh"} == set(AS_ASKED)


def test_neither_facts_nor_the_harder_files_are_what_testing_asks() -> None:
    assert style_as_asked(told("store_number", "tuning")) is None
    assert style_as_asked(told("cross_street", "tuning")) == "cross_street"
    assert style_as_asked(told("cross_street", "tuning_former_testing")) == "cross_street"
    assert style_as_asked(told("plain_visit", "tuning_more")) is None
    assert style_as_asked(told("wishes", "tuning_more")) is None


def test_every_style_counts_the_same_and_either_file_half_of_it() -> None:
    texts = [told("zip", "tuning"), told("zip", "tuning"), told("zip", "tuning_former_testing")]
    texts += [told("plain_visit", "tuning_more"), told("none", "tuning"), told("phone", "tuning")]
    assert weigh_as_asked(texts) == [0.25, 0.25, 0.5, 0.0, 1.0, 0.0]


def test_a_floor_is_lower_the_fewer_wordings_it_rests_on() -> None:
    assert floor_for(0.9, 18) == 0.65
    assert floor_for(0.9, 1000) == 0.85
    assert floor_for(0.9, 2) < 0.4


def test_texts_about_no_store_are_told_by_their_style() -> None:
    for file in FILES:
        for name, style in load_templates(file).styles.items():
            assert style.kind != "nowhere" or about_of(name) is not About.STORE, name
