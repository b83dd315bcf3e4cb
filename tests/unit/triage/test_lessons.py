"""What training learns from keeps clear of what is measured."""

import csv
import io
import os
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from localcare.triage.core.model import Head
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.core.words import fold
from localcare.triage.labelled import (
    fingerprint_of,
    held_out_fingerprints,
    held_out_words,
    read_labelled_texts,
    read_source_texts,
)
from localcare.triage.lessons import Lesson, heads, read_lessons, without_risk
from localcare.triage.shipped import load_taxonomy
from localcare.triage.teaching import opinions, teach, wanted_of

LABELS = files("localcare.triage").joinpath("labels")
needs_texts = pytest.mark.skipif("LOCALCARE_EVAL_DATA" not in os.environ, reason="LOCALCARE_EVAL_DATA is not set")


def _refs(name: str) -> list[tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(LABELS.joinpath(name).read_text(encoding="utf-8"), newline=""))
    return [(row["source"], row["row"]) for row in rows]


def test_rows_labelled_for_training_alone_are_none_of_the_parted_rows() -> None:
    more = _refs("more.csv")
    assert len(set(more)) == len(more)
    assert not set(more) & set(_refs("rows.csv"))


def test_their_topics_are_the_taxonomys() -> None:
    rows = csv.DictReader(io.StringIO(LABELS.joinpath("more.csv").read_text(encoding="utf-8"), newline=""))
    assert {row["topic"] for row in rows} <= set(load_taxonomy().topics)


@pytest.mark.long
@needs_texts
def test_no_lesson_holds_words_brands_or_conversations_of_the_test_part() -> None:
    root = Path(os.environ["LOCALCARE_EVAL_DATA"])
    test = read_labelled_texts(root, part="test")
    forbidden = held_out_words(root)
    lessons = read_lessons(root, ["train", "dev"])
    assert not [lesson for lesson in lessons if fold(lesson.text) in forbidden]
    texts = read_source_texts(root)
    places = {(text.ref.source, text.ref.row): text for text in texts.values()}
    learnt = [places[ref] for ref in _refs("more.csv")]
    assert not {text.unit for text in learnt} & {row.text.unit for row in test}
    assert not {text.conversation for text in learnt if text.conversation} & {row.text.conversation for row in test}


def test_only_a_label_of_tier_three_leaves_open_whether_there_is_a_risk() -> None:
    assert without_risk(Lesson("a", {"tier": "2"})).answers["risk"] == NO_RISK
    assert "risk" not in without_risk(Lesson("b", {"tier": "3"})).answers
    assert "risk" not in without_risk(Lesson("c", {"topic": "other"})).answers
    assert without_risk(Lesson("d", {"tier": "1", "risk": "safety"})).answers["risk"] == "safety"


def test_written_texts_are_none_of_the_texts_that_measure_and_answer_by_the_taxonomy() -> None:
    rows = list(csv.DictReader(io.StringIO(LABELS.joinpath("written.csv").read_text(encoding="utf-8"), newline="")))
    assert {row["topic"] for row in rows} <= set(load_taxonomy().topics)
    assert {row["actionable"] for row in rows} == {"yes", "no"}
    assert not {fingerprint_of(row["text"]) for row in rows} & held_out_fingerprints()


def test_every_head_of_ours_can_be_asked() -> None:
    assert {head.name for head in heads()} == {"actionable", "topic", "tier", "matter", "risk", "shout-out"}


def test_a_pupil_learns_from_labels_and_from_its_teachers_opinions() -> None:
    head = Head("topic", ("a", "b"))
    lessons = [Lesson(str(row), {"topic": "ab"[row % 2]}) for row in range(20)]
    seen = csr_matrix(np.array([[row % 2, 1 - row % 2] for row in range(20)], float))
    pool = csr_matrix(np.array([[1, 0], [0, 1]] * 10, float))
    thought = opinions(head, lessons, seen, pool)
    assert thought[0, 1] > 0.5 > thought[1, 1]
    everything = csr_matrix(np.vstack([seen.toarray(), pool.toarray()]))
    weights, bias = teach(everything, wanted_of(head, lessons, thought), strength=40.0)
    assert weights.shape == (2, 1)
    assert weights[0, 0] + bias[0] > 0 > weights[1, 0] + bias[0]


def test_a_head_may_learn_from_some_of_the_lessons_only() -> None:
    head = Head("matter", ("store", "network", "billing"))
    lessons = [Lesson("x", {"matter": "store"}), Lesson("y", {"topic": "billing"}), Lesson("z", {"matter": "network"})]
    wanted = wanted_of(head, lessons, np.full((1, 3), 1 / 3, np.float32))
    assert wanted.weights[1] == 0
    assert wanted.weights[0] > 0
    assert wanted.targets.shape == (4, 3)
