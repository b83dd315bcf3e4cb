"""Our own labels joined with the texts they are about. Labels and row references are shipped; texts stay in the evaluation sets.

docs/labelling.md says what each label means, how the rows were drawn and parted.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, cast

from localcare.errors import InvalidError, NotFoundError
from localcare.triage.core.words import fold

Part = Literal["train", "dev", "test"]

_FILES = {
    "support": "tweets/support_conversations.csv",
    "complaints": "tweets/complaints_acl19.csv",
    "airlines": "tweets/airline_reasons.csv",
    "spanish": "tweets/sentiment_es.csv",
    "reviews": "reviews/mcdonalds_reviews.csv",
    "titles": "complaints/telecom_fcc_2015.csv",
}
_HANDLE = re.compile(r"@(\w+)")
_CARE_WORDS = re.compile(r"^ask_?|_?(support|cares?|help|custserv|custsvc|service|help(er)?s|tweets|_?uki?|_?in|usa?)$")


@dataclass(frozen=True, slots=True)
class RowRef:
    """Where a text stands: a source (one file) and the file's own row id; Spanish tweets have none and are counted from 0."""

    source: str
    row: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text of the evaluation sets. `unit` is whom it was written to: a brand, a store, or the text's own words."""

    ref: RowRef
    text: str
    unit: str
    channel: str
    trade: str = ""
    conversation: str = ""
    opens: bool = True
    stars: int | None = None

    @property
    def fingerprint(self) -> str:
        """`fingerprint_of` the text."""
        return fingerprint_of(self.text)


@dataclass(frozen=True, slots=True)
class Labels:
    """What was judged of a text. `also` is a second topic that would have been right too, or empty."""

    language: str
    actionable: bool
    topic: str
    also: str
    matter: str
    tier: int
    risk: str
    shout_out: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, its labels and its part.

    `weight` is how many texts of its source it stands for: 0 in an enriched stratum, which tells nothing about prevalence.
    """

    text: SourceText
    labels: Labels
    part: Part
    stratum: str
    weight: float


def read_labelled_texts(root: Path, *, part: Part | None = None) -> list[Labelled]:
    """All labelled texts or those of one part; InvalidError when a text is not the one that was labelled."""
    labels, texts = read_labels(), read_source_texts(root)
    parts = {_ref(row): cast(Part, row["part"]) for row in _table("splits.csv")}
    weights = _weights()
    return [
        Labelled(_checked(texts, row), labels[ref], parts[ref], row["stratum"], weights[row["stratum"]])
        for row in _table("rows.csv")
        if (ref := _ref(row)) in labels and part in {None, parts[ref]}
    ]


def held_out_words(root: Path) -> frozenset[str]:
    """Folded words of every text that training must never see: the test part, its conversations, and texts of the same words."""
    test = read_labelled_texts(root, part="test")
    conversations = {each.text.conversation for each in test} - {""}
    others = (text for text in read_source_texts(root).values() if text.conversation in conversations)
    return frozenset(fold(text.text) for text in (*(each.text for each in test), *others)) - {fold("")}


def held_out_fingerprints() -> frozenset[str]:
    """Fingerprints of every labelled text that only measures: they are shipped, so a text can be told to be one of them."""
    parts = {_ref(row): row["part"] for row in _table("splits.csv")}
    return frozenset(row["fingerprint"] for row in _table("rows.csv") if parts[_ref(row)] == "test")


def fingerprint_of(text: str) -> str:
    """Eight hex digits of a text: tells a shifted or edited file from the one that was labelled."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def read_labels(folder: Traversable | None = None) -> dict[RowRef, Labels]:
    """The labels of every row, those shipped or another folder's."""
    return {
        _ref(row): Labels(
            language=row["language"],
            actionable=row["actionable"] == "yes",
            topic=row["topic"],
            also=row["also"],
            matter=row["matter"],
            tier=int(row["tier"]),
            risk="" if row["risk"] == "none" else row["risk"],
            shout_out=row["shout_out"] == "yes",
        )
        for row in _table("labels.csv", folder)
    }


def _weights() -> dict[str, float]:
    rows = _table("strata.csv")
    return {r["stratum"]: int(r["pool"]) / int(r["drawn"]) if r["random"] == "yes" else 0.0 for r in rows}


def _checked(texts: Mapping[RowRef, SourceText], row: Mapping[str, str]) -> SourceText:
    text = texts.get(_ref(row))
    if text is None or text.fingerprint != row["fingerprint"]:
        raise InvalidError(f"Row {row['row']} of {_FILES[row['source']]} is not the text that was labelled.")
    return text


def _ref(row: Mapping[str, str]) -> RowRef:
    return RowRef(row["source"], row["row"])


def _table(name: str, folder: Traversable | None = None) -> list[dict[str, str]]:
    path = (folder or files("localcare.triage").joinpath("labels")).joinpath(name)
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def read_source_texts(root: Path) -> dict[RowRef, SourceText]:
    """Every customer text that may be labelled, by its reference; NotFoundError when a file is missing."""
    readers = (_support, _complaints, _airlines, _spanish, _reviews, _titles)
    return {text.ref: text for read in readers for text in read(root) if text.text.strip()}


def _support(root: Path) -> Iterator[SourceText]:
    rows = {row["tweet_id"]: row for row in _rows(root, "support")}
    brands = {_parent(row): row["author_id"] for row in rows.values() if row["inbound"] != "True"}
    for tweet, row in rows.items():
        if row["inbound"] == "True":
            first = _first_of(tweet, rows)
            brand = brands.get(tweet) or brands.get(first) or _handle(row["text"])
            yield SourceText(
                RowRef("support", tweet), row["text"], brand_of(brand), "x", conversation=first, opens=not _parent(row)
            )


def _complaints(root: Path) -> Iterator[SourceText]:
    for row, text, _, trade in csv.reader(_lines(root, "complaints")):
        is_random = trade.startswith("random")
        unit = f"words {fold(text).strip()}" if is_random else brand_of(_handle(text) or row)
        yield SourceText(RowRef("complaints", row), text, unit, "x", trade=trade)


def _airlines(root: Path) -> Iterator[SourceText]:
    for row in _rows(root, "airlines"):
        brand = brand_of(row["airline"].replace(" ", ""))
        yield SourceText(RowRef("airlines", row["tweet_id"]), row["text"], brand, "x", trade="transport")


def _spanish(root: Path) -> Iterator[SourceText]:
    for number, row in enumerate(_rows(root, "spanish")):
        yield SourceText(RowRef("spanish", str(number)), row["text"], f"words {fold(row['text']).strip()}", "x")


def _reviews(root: Path) -> Iterator[SourceText]:
    for row in _rows(root, "reviews"):
        store = f"store {row['store_address'].split(',')[0].lower()}"
        yield SourceText(
            RowRef("reviews", row["reviewer_id"]),
            row["review"],
            store,
            "google",
            trade="food",
            stars=int(row["rating"]),
        )


def _titles(root: Path) -> Iterator[SourceText]:
    for row in _rows(root, "titles"):
        title = row["Customer Complaint"]
        yield SourceText(
            RowRef("titles", row["Ticket #"]), title, f"words {fold(title).strip()}", "form", trade="telecom"
        )


def brand_of(handle: str) -> str:
    """`brand xbox` for XboxSupport, xboxsupport and Xbox: one unit for all the handles of a brand."""
    bare = handle.lower()
    while (shorter := _CARE_WORDS.sub("", bare)) and shorter != bare:
        bare = shorter
    return f"brand {bare}"


def _handle(text: str) -> str:
    found = _HANDLE.search(text)
    return found[1] if found else ""


def _parent(row: Mapping[str, str]) -> str:
    return row["in_response_to_tweet_id"].removesuffix(".0")


def _first_of(tweet: str, rows: Mapping[str, Mapping[str, str]]) -> str:
    seen = [tweet]
    while seen[-1] in rows and (parent := _parent(rows[seen[-1]])) and parent not in seen:
        seen.append(parent)
    return seen[-1]


def _rows(root: Path, source: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(_lines(root, source), restval=""))


def _lines(root: Path, source: str) -> io.StringIO:
    path = root / _FILES[source]
    if not path.is_file():
        raise NotFoundError(f"{_FILES[source]} is not in the folder of evaluation sets: set LOCALCARE_EVAL_DATA.")
    return io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
