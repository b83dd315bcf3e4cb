"""How the demo's conversations go on."""

import random
import re
from collections import Counter

import pytest

from localcare.demo.brand import load_brand
from localcare.demo.conversation import load_conversation
from localcare.demo.corpus import load_corpus
from localcare.triage.shipped import load_taxonomy

BRAND = load_brand(40)
CORPUS = load_corpus()
TALK = load_conversation()


def test_there_are_enough_replies_and_saved_replies() -> None:
    assert len(TALK.replies) >= 60
    assert len(TALK.saved_replies) >= 20
    assert {reply.language for reply in TALK.replies} == {"en", "es"}


def test_no_two_of_a_kind_share_an_id() -> None:
    for stock in (TALK.follow_ups, TALK.replies, TALK.posts):
        assert max(Counter(one.id for one in stock).values()) == 1
    assert max(Counter(saved.slug for saved in TALK.saved_replies).values()) == 1


def test_replies_are_about_topics_and_risks_of_the_taxonomy() -> None:
    taxonomy = load_taxonomy()
    known = set(taxonomy.topics) | set(taxonomy.risks)
    topics = {topic for reply in TALK.replies for topic in reply.topics}
    assert topics <= known
    assert {topic for saved in TALK.saved_replies for topic in saved.topics} <= known
    assert set(taxonomy.topics) <= topics


def test_a_reply_for_one_line_names_a_line_that_exists() -> None:
    ids = {line.id for line in CORPUS.lines}
    assert {line for reply in TALK.replies for line in reply.lines} <= ids


@pytest.mark.parametrize("by", ["store", "centre"])
def test_every_line_of_the_corpus_can_be_answered(by: str) -> None:
    rng = random.Random(1)
    for line in CORPUS.lines:
        drawn = CORPUS.write(line, rng, page_kind="store", store=rng.choice(BRAND.stores))
        text = TALK.reply(rng, drawn, by=by, customer="Ruth Palmer", signed="Ana")
        assert "Palmer" not in text
        assert not re.search(r"[{}]", text)


@pytest.mark.parametrize(
    ("line_id", "by", "says"),
    [
        ("access-01", "store", "The ramp must be clear"),
        ("net-08", "centre", "welfare check"),
        ("risk-31", "centre", "988"),
        ("es-risk-06", "centre", "988"),
        ("bill-07", "centre", "sorry for your loss"),
    ],
)
def test_a_reply_answers_what_was_said(line_id: str, by: str, says: str) -> None:
    line = next(line for line in CORPUS.lines if line.id == line_id)
    drawn = CORPUS.write(line, random.Random(2), page_kind="store", store=BRAND.featured_store)
    text = TALK.reply(random.Random(2), drawn, by=by, customer="Omar Haddad", signed="Ana")
    assert says.casefold() in text.casefold()


@pytest.mark.parametrize("mood", ["waiting", "thanks", "detail", "worse", "bystander"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_mood_has_words_in_both_languages(mood: str, language: str) -> None:
    rng = random.Random(3)
    for line in CORPUS.lines:
        if line.language == language:
            drawn = CORPUS.write(line, rng, page_kind="store", store=BRAND.featured_store)
            assert not re.search(r"[{}]", TALK.follow_up(rng, drawn, mood=mood))


@pytest.mark.parametrize("page_kind", ["store", "brand"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_have_something_to_post(page_kind: str, language: str) -> None:
    rng = random.Random(4)
    store = BRAND.featured_store if page_kind == "store" else None
    for _ in range(40):
        assert not re.search(r"[{}]", TALK.page_post(rng, page_kind=page_kind, store=store, language=language))


def test_saved_replies_use_only_words_a_draft_can_fill() -> None:
    for saved in TALK.saved_replies:
        assert set(re.findall(r"{(\w+)}", saved.text)) <= {"customer", "store", "manager", "hours", "phone"}
        assert saved.owner
        assert saved.review_on.year >= 2026


def test_a_second_message_fits_what_the_first_was_about() -> None:
    rng = random.Random(6)
    line = next(line for line in CORPUS.lines if line.id == "staff-02")
    drawn = CORPUS.write(line, rng, page_kind="store", store=BRAND.featured_store)
    assert not any("Order number" in TALK.follow_up(rng, drawn, mood="detail") for _ in range(100))
