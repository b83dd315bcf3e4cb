"""The shipped triage on the demo's texts, which it was not tuned on: floors well below what it reached, against a fall."""

import random

from localcare.demo.brand import load_brand
from localcare.demo.corpus import Drawn, load_corpus
from localcare.triage.core import Item, Verdict
from localcare.triage.shipped import load_triager

_EACH = 3


def judged() -> list[tuple[Drawn, Verdict]]:
    corpus, stores, rng = load_corpus(), load_brand(300).stores, random.Random(5)
    drawn = [
        corpus.write(line, rng, page_kind="brand" if line.pages == "brand" else "store", store=rng.choice(stores))
        for line in corpus.lines
        for _ in range(_EACH)
    ]
    items = [
        Item(
            id=str(index),
            text=one.text,
            kind=one.kind,
            recommends=one.recommends,
            page_kind="brand" if one.page_kind == "brand" else "store",
            has_attachments=one.photo is not None,
        )
        for index, one in enumerate(drawn)
    ]
    return list(zip(drawn, load_triager().judge_many(items), strict=True))


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_triage_keeps_its_level_on_texts_it_has_not_seen() -> None:
    pairs = judged()
    assert share([verdict.actionable for drawn, verdict in pairs if drawn.line.actionable]) > 0.85
    assert share([not verdict.actionable for drawn, verdict in pairs if not drawn.line.actionable]) > 0.7
    sentiment = [verdict.sentiment == drawn.line.sentiment for drawn, verdict in pairs]
    assert share(sentiment) > 0.5
