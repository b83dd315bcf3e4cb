"""Labelled texts for training and measuring, read from the folder of evaluation sets. Nothing of them is ever copied.

A text's `group` decides which side of a split it falls on: its conversation, or its own words, so no duplicate leaks.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from localcare.errors import NotFoundError
from localcare.triage.core.words import fold

PARTS = 5
TEST_PART = 0  # the fifth of all groups that is never trained on when figures are made


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label. `trade` is the sort of account it was written to, where the source says so."""

    text: str
    label: str
    group: str
    trade: str = ""
    stars: int | None = None

    @property
    def part(self) -> int:
        """0 to 4, the same for every text of a group, for ever."""
        return lot_of(self.group) % PARTS


def lot_of(name: str) -> int:
    """A number of a name, the same for ever."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)


def read_complaints(root: Path) -> list[Example]:
    """ACL-19 tweets to support handles: `1` complains, `0` does not."""
    rows = csv.reader(_lines(root, "tweets/complaints_acl19.csv"))
    return _distinct(Example(row[1], row[2], fold(row[1]), trade=row[3]) for row in rows)


def read_sentiment(root: Path, kind: str) -> list[Example]:
    """One of the four sentiment sets: `tweets`, `spanish`, `support` (airlines), `reviews` (stars)."""
    if kind == "reviews":
        return [Example(e.text, _mood(e.stars), e.group, stars=e.stars) for e in read_reviews(root) if e.text]
    path, label = {
        "tweets": ("tweets/sentiment_en.csv", "sentiment"),
        "spanish": ("tweets/sentiment_es.csv", "sentiment"),
        "support": ("tweets/airline_reasons.csv", "airline_sentiment"),
    }[kind]
    rows = csv.DictReader(_lines(root, path))
    return _distinct(Example(row["text"], row[label], fold(row["text"])) for row in rows)


def read_reviews(root: Path) -> list[Example]:
    """Store reviews with stars; the label is the reviewer's row id."""
    rows = csv.DictReader(_lines(root, "reviews/mcdonalds_reviews.csv"))
    return _distinct(
        Example(row["review"], row["reviewer_id"], fold(row["review"]), stars=int(row["rating"])) for row in rows
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """A customer's tweet to a brand, the brand's answer where there is one, and whether it opened the conversation."""

    id: str
    text: str
    conversation: str
    answer: str | None
    opens: bool


def read_support(root: Path) -> list[Turn]:
    """What customers wrote in real support threads."""
    rows = {
        row["tweet_id"]: row for row in csv.DictReader(_lines(root, "tweets/support_conversations.csv"), restval="")
    }
    answers = {
        row["in_response_to_tweet_id"].removesuffix(".0"): row["text"]
        for row in rows.values()
        if row["inbound"] != "True"
    }
    return [
        Turn(turn, row["text"], _root_of(turn, rows), answers.get(turn), opens=not row["in_response_to_tweet_id"])
        for turn, row in rows.items()
        if row["inbound"] == "True"
    ]


def read_titles(root: Path) -> list[str]:
    """Titles of complaints about telecoms (FCC, free of rights)."""
    rows = csv.DictReader(_lines(root, "complaints/telecom_fcc_2015.csv"))
    return sorted({row["Customer Complaint"] for row in rows if row["Customer Complaint"]})


def read_banking(root: Path, part: str) -> list[Example]:
    """banking77 (CC BY 4.0), `train` or `test`: customers' questions with one of 77 intents."""
    rows = csv.DictReader(_lines(root, f"intents/banking77_{part}.csv"))
    return [Example(row["text"], row["category"], fold(row["text"])) for row in rows]


def read_first_look() -> dict[tuple[str, str], bool]:
    """Our own labels: (source, row id) → needs an answer. They only measure, they never train."""
    path = files("localcare.triage").joinpath("labels/first_look.csv")
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {(row["source"], row["row"]): row["actionable"] == "1" for row in csv.DictReader(lines)}


def read_labelled(root: Path) -> list[Example]:
    """The texts of our own labels: `1` needs an answer, `0` does not; the trade is the source."""
    labels = read_first_look()
    support = {t.id: Example(t.text, "", t.conversation, trade="support") for t in read_support(root)}
    reviews = {e.label: Example(e.text, "", e.group, trade="reviews", stars=e.stars) for e in read_reviews(root)}
    texts = {"support": support, "reviews": reviews}
    found = [(texts[source].get(row), actionable) for (source, row), actionable in labels.items()]
    return [
        Example(e.text, str(int(actionable)), e.group, trade=e.trade, stars=e.stars) for e, actionable in found if e
    ]


_WANTS_TO_HELP = re.compile(
    r"\b(dm|direct message|help|look into|details|sorry|apolog|private message|let us know|assist)", re.I
)
_IS_PLEASED = re.compile(
    r"\b(glad|awesome|love|happy to hear|great to hear|enjoy|thanks for (the|sharing|your kind)|yay|welcome)", re.I
)


def read_actionable(root: Path) -> list[Example]:
    """Texts that need an answer (`1`) or do not (`0`), by signs and not by hand: what a brand answered, stars, mood."""
    labelled = {e.group for e in read_labelled(root)}
    examples = [*_by_answer(root), *_by_mood(root), *_by_stars(root), *_by_complaint(root)]
    examples += [Example(e.text, "1", e.group) for e in read_banking(root, "train")[::5]]
    examples += [Example(title, "1", fold(title)) for title in read_titles(root)]
    return [e for e in _distinct(examples) if e.group not in labelled]


def _by_answer(root: Path) -> Iterator[Example]:
    for turn in read_support(root):
        if turn.opens and turn.answer:
            if _IS_PLEASED.search(turn.answer) and not re.search(r"dm|sorry|apolog", turn.answer, re.I):
                yield Example(turn.text, "0", turn.conversation)
            elif _WANTS_TO_HELP.search(turn.answer):
                yield Example(turn.text, "1", turn.conversation)


def _by_mood(root: Path) -> Iterator[Example]:
    for e in read_sentiment(root, "support"):
        asks = e.label == "neutral" and "?" in e.text
        yield Example(e.text, "1" if e.label == "negative" or asks else "0", e.group)
    for e in read_sentiment(root, "tweets")[::3]:
        yield Example(e.text, "0", e.group)


def _by_stars(root: Path) -> Iterator[Example]:
    for e in read_reviews(root):
        words = len(e.group.split())
        if e.stars in (1, 2) and words:
            yield Example(e.text, "1" if words >= 9 else "0", e.group)
        elif e.stars in (4, 5) and words:
            yield Example(e.text, "0", e.group)


def _by_complaint(root: Path) -> Iterator[Example]:
    for e in read_complaints(root):
        is_random = e.trade.startswith("random")
        if e.label == "1" or is_random or "?" in e.text:
            yield Example(e.text, "0" if is_random and e.label == "0" else "1", e.group)


def _mood(stars: int | None) -> str:
    return "neutral" if stars is None or stars == 3 else "negative" if stars <= 2 else "positive"


def _root_of(turn: str, rows: dict[str, dict[str, str]]) -> str:
    seen = [turn]
    while seen[-1] in rows:
        parent = rows[seen[-1]]["in_response_to_tweet_id"].removesuffix(".0")
        if not parent or parent in seen:
            break
        seen.append(parent)
    return f"conversation {seen[-1]}"


def _distinct(examples: Iterable[Example]) -> list[Example]:
    seen: dict[str, Example] = {}
    for example in examples:
        seen.setdefault(example.text, example)
    return list(seen.values())


def _lines(root: Path, name: str) -> io.StringIO:
    path = root / name
    if not path.is_file():
        raise NotFoundError(
            f"{name} is not in the folder of evaluation sets: set LOCALCARE_EVAL_DATA to a folder that has it."
        )
    return io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
