"""What an elder thought of texts is kept without the texts, and taken beside another's opinion."""

from pathlib import Path

import numpy as np

from localcare.triage import elder as elders
from localcare.triage.elder import Elder, read_elder, write_elder
from localcare.triage.elder_tuning import HALVES, honest, lessons_of
from localcare.triage.labelled import fingerprint_of, held_out_fingerprints
from localcare.triage.lessons import Lesson, heads

TEXTS = ["no signal again", "thanks, great crew", "hola"]
THOUGHT = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]], np.float32)


def test_an_opinion_comes_back_as_it_was_given(tmp_path: Path) -> None:
    write_elder(tmp_path / "elder.npz", TEXTS, {"actionable": THOUGHT})
    with np.load(tmp_path / "elder.npz") as arrays:
        assert sorted(arrays.files) == ["actionable", "fingerprints"]
        places = {f"{mark:08x}": place for place, mark in enumerate(arrays["fingerprints"].tolist())}
        kept = Elder(places, {"actionable": arrays["actionable"]})
    assert np.allclose(kept.thinks("actionable", TEXTS), THOUGHT, atol=0.01)


def test_where_the_elder_was_not_asked_the_other_opinion_stands() -> None:
    asked = Elder({fingerprint_of(TEXTS[0]): 0}, {"topic": np.array([[255, 0]], np.uint8)})
    other = np.array([[0.5, 0.5], [0.3, 0.7]], np.float32)
    both = asked.beside("topic", TEXTS[:2], other, 0.5)
    assert both[0, 0] > 0.9
    assert both[1].tolist() == other[1].tolist()


def test_the_shipped_opinions_answer_every_question_and_no_text_of_the_test_part() -> None:
    shipped = read_elder()
    assert {name: array.shape[1] for name, array in shipped.opinions.items()} == {
        head.name: len(head.classes) for head in heads()
    }
    assert len(shipped.places) > 20_000
    assert not held_out_fingerprints() & shipped.places.keys()
    assert elders.ELDER_FILE.endswith(".npz")


def test_of_a_labelled_text_only_the_elder_tells_that_was_not_taught_it() -> None:
    texts = [f"text {number}" for number in range(40)]
    lessons = [Lesson(text, {}) for text in [*texts[:30], "written for training"]]
    taught = [{lesson.text for lesson in lessons_of(half, lessons, texts)} for half in HALVES]
    assert taught[0] | taught[1] == {lesson.text for lesson in lessons}
    assert taught[0] & taught[1] == {"written for training"}
    first, second = (np.full((40, 2), share, np.float32) for share in (0.2, 0.8))
    said = honest(texts, taught, [{"topic": first}, {"topic": second}])["topic"][:, 0]
    for text, share in zip(texts, said, strict=True):
        wanted = 0.8 if text in taught[0] else 0.2 if text in taught[1] else 0.5
        assert abs(share - wanted) < 1e-6
