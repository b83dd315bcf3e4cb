"""What of the texts to tune with is left out together, and what testing would count it to."""

from localcare.bench.aboutness_fitting import FILES, VISITS, Told, about_of, part_of, style_as_asked, weigh_as_asked
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


def test_facts_are_not_what_testing_asks_and_visits_of_the_other_files_are_one_style() -> None:
    assert style_as_asked(told("store_number", "tuning")) is None
    assert style_as_asked(told("cross_street", "tuning")) == "cross_street"
    assert style_as_asked(told("plain_visit", "tuning_more")) == VISITS


def test_half_of_what_a_style_counts_is_from_tuning_and_half_from_the_other_files() -> None:
    texts = [told("cross_street", "tuning"), told("zip", "tuning"), told("zip", "tuning"), told("online", "tuning")]
    texts += [told("plain_visit", "tuning_more"), told("remote", "tuning_more"), told("none", "tuning")]
    assert weigh_as_asked(texts) == [0.5, 0.25, 0.25, 0.5, 1.0, 0.5, 1.0]
    assert weigh_as_asked([told("phone", "tuning")]) == [0.0]


def test_a_floor_is_lower_the_fewer_wordings_it_rests_on() -> None:
    assert floor_for(0.9, 18) == 0.65
    assert floor_for(0.9, 1000) == 0.85
    assert floor_for(0.9, 2) < 0.4


def test_what_is_about_no_store_is_counted_to_its_style_whatever_the_file() -> None:
    assert style_as_asked(told("wishes", "tuning_more")) == "hypothetical"
    assert style_as_asked(told("wide_more_rivals", "tuning_wide")) == "other_brand"
    assert style_as_asked(told("wide_more_several", "tuning_wide")) == "two_stores"
    assert style_as_asked(told("wide_plain_several", "tuning_wide")) is None  # its clauses are in other wordings too


def test_texts_about_no_store_are_told_by_their_style() -> None:
    for file in FILES:
        for name, style in load_templates(file).styles.items():
            assert style.kind != "nowhere" or about_of(name) is not About.STORE, name
