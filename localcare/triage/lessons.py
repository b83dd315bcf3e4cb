"""What the model learns from our own labels: the train and dev parts, and rows that were labelled for training alone.

`labels/more.csv` holds rows chosen where a first model was unsure, of brands, stores and conversations that are measured nowhere;
`labels/written.csv` holds texts that a language model wrote for topics of which too few real ones are at hand;
of `labels/crisis` those hand-made texts teach what a risk sounds like that do not measure what the model makes of new ones.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from localcare.errors import InvalidError
from localcare.triage import corpora
from localcare.triage.core.model import ACTIONABLE, MATTER, RISK, SHOUT_OUT, TIER, TOPIC, Head
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.core.words import fold
from localcare.triage.crisis import read_crisis_texts
from localcare.triage.labelled import Part, RowRef, held_out_words, read_labelled_texts, read_source_texts
from localcare.triage.shipped import load_taxonomy

_MORE, _WRITTEN = "more.csv", "written.csv"
CRISIS_LESSONS = ("open", "sealed", "lessons")
_REVIEWS_IN_POOL = 2  # one of so many: they are short of nothing but variety


def heads() -> tuple[Head, ...]:
    """The questions our labels answer."""
    topics = tuple(load_taxonomy().topics)
    matters = ("store", "network", "billing", "account", "product", "other")
    return (
        Head(ACTIONABLE, ("0", "1")),
        Head(TOPIC, topics),
        Head(TIER, ("1", "2", "3")),
        Head(MATTER, matters),
        Head(RISK, (NO_RISK, *load_taxonomy().risks)),
        Head(SHOUT_OUT, ("0", "1")),
    )


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and the right answer to every head that is known of it."""

    text: str
    answers: dict[str, str]


def read_lessons(root: Path, parts: Sequence[Part]) -> list[Lesson]:
    """Rows of those parts, and the rows labelled for training alone; none with the words of a row that measures."""
    rows = [row for part in parts for row in read_labelled_texts(root, part=part)]
    ours = [
        Lesson(
            row.text.text,
            {
                ACTIONABLE: str(int(row.labels.actionable)),
                TOPIC: row.labels.topic,
                TIER: str(row.labels.tier),
                MATTER: row.labels.matter,
                RISK: row.labels.risk or NO_RISK,
                SHOUT_OUT: str(int(row.labels.shout_out)),
            },
        )
        for row in rows
    ]
    measured = held_out_words(root)
    lessons = ours + _read_more(root) + _read_written() + _read_crises()
    return [lesson for lesson in lessons if fold(lesson.text) not in measured]


def without_risk(lesson: Lesson) -> Lesson:
    """A label of tier 1 or 2 also says that there is no risk: every risk is of tier 3."""
    if RISK in lesson.answers or lesson.answers.get(TIER, "3") == "3":
        return lesson
    return Lesson(lesson.text, {**lesson.answers, RISK: NO_RISK})


def _read_crises() -> list[Lesson]:
    """What a risk sounds like and what only sounds like one."""
    rows = [row for part in CRISIS_LESSONS for row in read_crisis_texts(part)]
    return [Lesson(row.text, {RISK: row.risk, **({TIER: "3"} if row.risk != NO_RISK else {})}) for row in rows]


def _read_written() -> list[Lesson]:
    """Short texts no customer wrote, by topic."""
    return [
        Lesson(
            row["text"],
            {
                ACTIONABLE: str(int(row["actionable"] == "yes")),
                TOPIC: row["topic"],
                TIER: row["tier"],
                MATTER: row["matter"],
            },
        )
        for row in _rows_of(_WRITTEN)
    ]


def _rows_of(name: str) -> Iterable[dict[str, str]]:
    lines = files("localcare.triage").joinpath("labels", name).read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(lines, newline=""))


def _read_more(root: Path) -> list[Lesson]:
    texts = read_source_texts(root)
    lessons = []
    for row in _rows_of(_MORE):
        text = texts.get(RowRef(row["source"], row["row"]))
        if text is None or text.fingerprint != row["fingerprint"]:
            raise InvalidError(f"Row {row['row']} of {row['source']} is not the text that was labelled.")
        actionable = str(int(row["actionable"] == "yes"))
        lessons.append(Lesson(text.text, {ACTIONABLE: actionable, TOPIC: row["topic"], TIER: row["tier"]}))
    return lessons


def read_pool(root: Path, forbidden: frozenset[str]) -> list[str]:
    """Texts without labels, of the kinds a care team reads, on which a pupil learns from its teacher."""
    texts = read_source_texts(root).values()
    wanted = {text.text for text in texts if text.ref.source != "reviews"}
    wanted |= {
        text.text
        for text in texts
        if text.ref.source == "reviews" and corpora.lot_of(text.text) % _REVIEWS_IN_POOL == 0
    }
    return sorted(text for text in wanted if fold(text) not in forbidden)


def read_signs(root: Path) -> dict[str, int]:
    """Whether a text needs an answer, by signs: what the brand answered, stars, mood."""
    return {example.text: int(example.label) for example in corpora.read_actionable(root)}


def forbidden_words(root: Path, *, keep_dev: bool) -> frozenset[str]:
    """Folded words of every text training must not see: the test part, and the dev part while something is tuned on it."""
    dev = [] if keep_dev else read_labelled_texts(root, part="dev")
    return held_out_words(root) | {fold(row.text.text) for row in dev}
