"""The labelled set: its words, its parts and its draw. Texts are read from the evaluation sets, when they are there."""

import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.errors import InvalidError, NotFoundError
from localcare.triage.core.words import fold
from localcare.triage.labelled import (
    RowRef,
    SourceText,
    brand_of,
    held_out_words,
    read_labelled_texts,
    read_labels,
    read_source_texts,
)
from localcare.triage.sampling import StrataFile, Stratum, draw, read_plan, write_draw
from localcare.triage.shipped import load_taxonomy
from localcare.triage.splitting import group, split, write_splits

LABELS = Path(str(files("localcare.triage").joinpath("labels")))
MATTERS = {"store", "network", "billing", "account", "product", "other"}
TOO_RARE = {"accessibility"}


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((LABELS / name).read_text(encoding="utf-8").splitlines()))


def refs(name: str) -> list[tuple[str, str]]:
    return [(row["source"], row["row"]) for row in table(name)]


def tweet(row: str, text: str, *, unit: str = "", conversation: str = "", source: str = "support") -> SourceText:
    return SourceText(RowRef(source, row), text, unit or f"words {row}", "x", conversation=conversation)


# --- what is shipped ---


def test_the_set_is_as_large_as_promised() -> None:
    languages = Counter(label.language for label in read_labels().values())
    assert languages.total() >= 1500
    assert languages["es"] >= 150


def test_labels_rows_and_splits_tell_of_the_same_rows_once() -> None:
    assert sorted(refs("labels.csv")) == sorted(refs("rows.csv")) == sorted(refs("splits.csv"))
    assert len(set(refs("labels.csv"))) == len(refs("labels.csv"))


def test_every_label_is_a_word_of_the_taxonomy() -> None:
    taxonomy = load_taxonomy()
    for label in read_labels().values():
        assert label.topic in taxonomy.topics
        assert label.also in {*taxonomy.topics, ""}
        assert label.also != label.topic
        assert label.risk in {*taxonomy.risks, ""}
        assert label.matter in MATTERS
        assert label.language in {"en", "es", "other"}


def test_a_risk_needs_an_answer_and_a_senior() -> None:
    risky = [label for label in read_labels().values() if label.risk]
    assert {(label.actionable, label.tier) for label in risky} == {(True, 3)}


def test_what_needs_no_answer_is_tier_one() -> None:
    assert {label.tier for label in read_labels().values() if not label.actionable} == {1}


def test_praise_needs_no_answer_and_a_topic_to_solve_is_no_praise() -> None:
    assert {label.actionable for label in read_labels().values() if label.topic == "praise"} == {False}


def test_every_topic_but_the_rarest_has_forty_test_rows() -> None:
    parts = {RowRef(row["source"], row["row"]): row["part"] for row in table("splits.csv")}
    tested = Counter(label.topic for ref, label in read_labels().items() if parts[ref] == "test")
    assert {topic for topic in load_taxonomy().topics if tested[topic] < 40} == TOO_RARE


def test_the_second_pass_has_its_rows_and_no_labels() -> None:
    assert len(set(refs("second_pass_rows.csv"))) >= 300
    assert set(refs("second_pass_rows.csv")) <= set(refs("labels.csv"))
    assert set(table("second_pass_rows.csv")[0]) == {"source", "row"}


@pytest.mark.parametrize("name", ["labels.csv", "rows.csv", "splits.csv", "strata.csv", "second_pass_rows.csv"])
def test_no_text_is_shipped(name: str) -> None:
    assert max(len(field) for row in table(name) for field in row.values()) < 40


# --- parting ---


def test_a_brand_a_conversation_and_the_same_words_stay_together() -> None:
    texts = [
        tweet("1", "one two three four five", unit="brand a"),
        tweet("2", "something else altogether", unit="brand a", conversation="9"),
        tweet("3", "a third thing", unit="brand b", conversation="9"),
        tweet("4", "A third thing!!", unit="brand c"),
        tweet("5", "two three four five one six", unit="brand d"),
        tweet("6", "nothing in common with any", unit="brand e"),
    ]
    groups = group(texts, {text.ref: "other" for text in texts})
    assert sorted(sorted(ref.row for ref in each.refs) for each in groups) == [["1", "2", "3", "4", "5"], ["6"]]


def test_two_names_of_one_house_stay_together() -> None:
    texts = [
        tweet("1", "my phone is dead", unit="brand verizon"),
        tweet("2", "no signal since noon", unit="brand vzw"),
        tweet("3", "bill too high", unit="brand sprint"),
    ]
    groups = group(texts, {text.ref: "other" for text in texts})
    assert sorted(sorted(ref.row for ref in each.refs) for each in groups) == [["1", "2"], ["3"]]


def test_short_texts_are_alike_only_when_equal() -> None:
    texts = [tweet("1", "good food"), tweet("2", "good service"), tweet("3", "Good food!")]
    groups = group(texts, {text.ref: "praise" for text in texts})
    assert sorted(len(each.refs) for each in groups) == [1, 2]


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["billing", "waiting", "praise"])), max_size=60))
def test_a_group_is_never_torn_and_the_order_of_rows_changes_nothing(drawn: list[tuple[int, str]]) -> None:
    texts = [tweet(str(n), f"text number {n}", unit=f"brand {brand}") for n, (brand, _) in enumerate(drawn)]
    topics = {text.ref: topic for text, (_, topic) in zip(texts, drawn, strict=True)}
    parts = split(texts, topics)
    assert set(parts) == set(topics)
    assert all(len({parts[ref] for ref in each.refs}) == 1 for each in group(texts, topics))
    assert split(texts[::-1], topics) == parts


# --- drawing ---


def test_the_same_words_are_drawn_once_and_the_earlier_stratum_wins() -> None:
    plan = StrataFile(
        brands={"telecom": frozenset({"a"})},
        strata=(
            Stratum(
                name="all of a", take=9, random=True, sources=frozenset({"support"}), brands=frozenset({"telecom"})
            ),
            Stratum(name="bills", take=9, sources=frozenset({"support"}), words=("bill", "charge")),
        ),
    )
    texts = [
        tweet("1", "My bill is wrong", unit="brand a"),
        tweet("2", "@someone my BILL is wrong", unit="brand b"),
        tweet("3", "a charge I never made", unit="brand b"),
        tweet("4", "hello", unit="brand b"),
    ]
    drawn = draw(texts, plan)
    assert {(row.text.ref.row, row.stratum) for row in drawn.rows} == {("1", "all of a"), ("3", "bills")}
    assert drawn.pools == {"all of a": 1, "bills": 2}


@pytest.mark.parametrize(
    ("handle", "brand"),
    [
        ("comcastcares", "brand comcast"),
        ("TMobileHelp", "brand tmobile"),
        ("AskTarget", "brand target"),
        ("Ask_Spectrum", "brand spectrum"),
        ("ThreeUKSupport", "brand three"),
        ("verizonsupport", "brand verizon"),
        ("help", "brand help"),
    ],
)
def test_all_handles_of_a_brand_are_one_unit(handle: str, brand: str) -> None:
    assert brand_of(handle) == brand


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"support_conversations\.csv"):
        read_source_texts(tmp_path)


# --- with the texts ---


@pytest.mark.eval
def test_every_text_is_still_the_one_that_was_labelled(eval_data: Path) -> None:
    assert len(read_labelled_texts(eval_data)) == len(read_labels())


@pytest.mark.eval
def test_an_edited_text_is_refused(eval_data: Path, tmp_path: Path) -> None:
    for path in eval_data.glob("*/*.csv"):
        target = tmp_path / path.parent.name / path.name
        target.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8-sig")
        target.write_text(text.replace("McDonald", "Mc Donald"), encoding="utf-8")
    with pytest.raises(InvalidError, match="not the text that was labelled"):
        read_labelled_texts(tmp_path)


@pytest.mark.eval
def test_the_draw_comes_out_again(eval_data: Path, tmp_path: Path) -> None:
    plan = read_plan()
    write_draw(draw(read_source_texts(eval_data).values(), plan), plan.strata, tmp_path)
    for name in ("rows.csv", "strata.csv"):
        assert (tmp_path / name).read_text() == (LABELS / name).read_text()


@pytest.mark.long
@pytest.mark.eval
def test_the_shipped_splits_tear_no_group(eval_data: Path) -> None:
    labelled = read_labelled_texts(eval_data)
    parts = {each.text.ref: each.part for each in labelled}
    groups = group([each.text for each in labelled], {each.text.ref: each.labels.topic for each in labelled})
    assert {len({parts[ref] for ref in each.refs}) for each in groups} == {1}


@pytest.mark.long
@pytest.mark.eval
def test_splits_can_be_written_for_a_new_set(eval_data: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes((LABELS / "labels.csv").read_bytes())
    write_splits(eval_data, tmp_path)
    parts = Counter(row["part"] for row in csv.DictReader((tmp_path / "splits.csv").open(encoding="utf-8")))
    assert parts["test"] > parts["train"] > parts["dev"] > 0


@pytest.mark.eval
def test_no_brand_store_or_wording_of_the_test_part_is_in_another(eval_data: Path) -> None:
    test = read_labelled_texts(eval_data, part="test")
    others = read_labelled_texts(eval_data, part="train") + read_labelled_texts(eval_data, part="dev")
    assert {each.text.unit for each in test}.isdisjoint(each.text.unit for each in others)
    assert {fold(each.text.text) for each in test}.isdisjoint(fold(each.text.text) for each in others)


@pytest.mark.eval
def test_training_is_told_every_wording_of_the_test_part_and_of_its_conversations(eval_data: Path) -> None:
    test = read_labelled_texts(eval_data, part="test")
    conversations = {each.text.conversation for each in test} - {""}
    later = [text for text in read_source_texts(eval_data).values() if text.conversation in conversations]
    told = held_out_words(eval_data)
    assert {fold(text.text) for text in (*later, *(each.text for each in test))} - told <= {fold("")}
    assert len(later) > len(conversations)


@pytest.mark.eval
def test_random_strata_stand_for_their_whole_source(eval_data: Path) -> None:
    labelled = read_labelled_texts(eval_data)
    reviews = [each for each in labelled if each.stratum == "store reviews"]
    assert sum(each.weight for each in reviews) == pytest.approx(13811)
    assert {each.weight for each in labelled if each.stratum.startswith("words of")} == {0.0}
