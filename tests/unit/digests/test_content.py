"""What goes into a digest, in which order, and how hostile words come out of it."""

from dataclasses import replace
from datetime import timedelta

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.digests.core import DigestContent, DigestFacts, Tally, build_digest
from localcare.digests.core.content import ROOM, describe_trend, share_room
from localcare.digests.core.windows import zone_of
from localcare.digests.core.words import moment, span, tidy
from localcare.digests.emails import DigestLetter, build_digest_mail
from localcare.kit.mail import Mail
from tests.unit.digests.samples import ANA, ENVELOPE, FACTS, NOW, SAID, TOPICS, WAITING

EMPTY = replace(FACTS, waiting=(), handled=(), said=())


def build(facts: DigestFacts) -> DigestContent:
    content = build_digest(facts, TOPICS)
    assert content is not None
    return content


def mail_of(facts: DigestFacts) -> Mail:
    return build_digest_mail(DigestLetter(build(facts), ANA), ENVELOPE)


def test_nothing_to_say_is_no_digest() -> None:
    assert build_digest(EMPTY, TOPICS) is None


def test_sections_come_in_the_order_of_need() -> None:
    assert [part.slug for part in build(FACTS).sections] == ["waiting", "handled", "liked", "others"]


def test_late_comes_first_then_urgent_then_oldest() -> None:
    (waiting, *_) = build(FACTS).sections
    assert [item.target for item in waiting.items] == ["/cases/501", "/cases/503", "/cases/502"]


def test_words_of_a_listed_case_are_not_told_twice() -> None:
    text = mail_of(FACTS).text
    assert text.count("I waited 50 minutes") == 1


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        (FACTS, "3 customers wait for you, 1 late · Pellora Memorial City"),
        (replace(EMPTY, waiting=WAITING[1:2]), "1 customer waits for you · Pellora Memorial City"),
        (replace(EMPTY, said=SAID[:2]), "2 customers said something kind · Pellora Memorial City"),
        (replace(EMPTY, handled=FACTS.handled[:1]), "1 customer was answered, nobody waits · Pellora Memorial City"),
        (replace(EMPTY, said=SAID[3:4]), "1 customer spoke about you, nobody waits · Pellora Memorial City"),
    ],
)
def test_the_subject_says_what_counts(facts: DigestFacts, subject: str) -> None:
    assert build(facts).subject == subject


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_room_is_never_exceeded_nor_wasted(available: list[int]) -> None:
    shares = share_room(available)
    assert sum(shares) <= ROOM
    assert all(0 <= share <= there for share, there in zip(shares, available, strict=True))
    assert sum(shares) == ROOM or shares[0] == available[0]


def test_a_flood_is_capped_counted_and_small_enough_to_be_shown_whole() -> None:
    flood = replace(
        FACTS,
        waiting=tuple(replace(WAITING[0], case_id=n, text="Every word counts here. " * 40) for n in range(1000, 1400)),
        said=tuple(replace(SAID[0], mention_id=n, text="So kind of them all. " * 40) for n in range(2000, 2400)),
    )
    mail = mail_of(flood)
    assert mail.text.count("Answer: ") + mail.text.count("Read it: ") + mail.text.count("See the case: ") == ROOM
    assert "and 393 more" in mail.text
    assert "and 397 more" in mail.text
    assert len(mail.html.encode()) < 90_000


@pytest.mark.parametrize(
    ("now", "usual", "words"),
    [
        (Tally(0, 0, 0, 1), Tally(100, 50, 80, 28), ""),
        (Tally(1, 1, 1, 1), Tally(3, 1, 2, 28), "1 mention, 1 of 1 opinion positive"),
        (Tally(5, 0, 0, 1), Tally(140, 35, 70, 28), "5 mentions (usually 5)"),
        (Tally(6, 4, 5, 1), Tally(140, 35, 70, 28), "6 mentions (usually 5), 4 of 5 opinions positive (usually 50%)"),
        (Tally(31, 18, 25, 1), Tally(616, 210, 300, 28), "31 mentions (usually 22), 72% positive (usually 70%)"),
        (Tally(31, 18, 25, 3), Tally(280, 5, 10, 28), "31 mentions (usually 30), 72% positive"),
    ],
)
def test_the_trend_compares_with_the_usual_span_and_shows_n(now: Tally, usual: Tally, words: str) -> None:
    assert describe_trend(now, usual) == words


@pytest.mark.parametrize(
    ("changes", "opinion"),
    [
        ({"sentiment": "positive"}, "positive"),
        ({"sentiment": "neutral"}, None),
        ({"sentiment": "negative", "matter": "store"}, "negative"),
        ({"sentiment": "negative", "matter": "network"}, None),
        ({"sentiment": "positive", "recommends": False}, "negative"),
        ({"sentiment": "negative", "recommends": True, "matter": "billing"}, "positive"),
        ({"sentiment": "positive", "rating": 3}, "mixed"),
        ({"sentiment": "positive", "rating": 2, "matter": "other"}, "negative"),
        ({"sentiment": "negative", "rating": 5}, "positive"),
    ],
)
def test_an_opinion_is_what_insight_counts_as_one(changes: dict[str, str], opinion: str | None) -> None:
    said = replace(SAID[3], **changes)  # type: ignore[arg-type]
    assert said.opinion == opinion


HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)>"\'><a href="javascript:alert(3)">x</a>',
    "{{ mail.to.link }} {% raw %} ${7*7}",
    "line one\r\nBcc: everybody@example.com\r\n\r\n.\r\nQUIT",
    "\x00\x1b[31mred\u2028new\u202eesrever\u202c",
    "Verify your account at https://evil.example/login now or www.evil.example",
    "مرحبا، الخدمة ممتازة جدا. שלום!",
    "👩🏽‍🚀" * 400,
    "x" * 5000,
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    facts = replace(
        FACTS,
        waiting=(replace(WAITING[0], text=words, author=words),),
        said=(replace(SAID[0], text=words, author=words, names=(words,)),),
        store=replace(FACTS.store, name="Bob & Sons <Houston>"),
    )
    mail = mail_of(facts)
    root = html5lib.parse(mail.html, namespaceHTMLElements=False)
    assert not {"script", "img", "iframe"} & {element.tag for element in root.iter() if isinstance(element.tag, str)}
    hrefs = [element.get("href", "") for element in root.iter("a")]
    assert all(href.startswith("https://care.pellora.example.com/") for href in hrefs)
    assert "evil.example" not in mail.text + mail.html
    assert not set("\x00\x1b\u2028\u202e") & set(mail.text + mail.html)
    assert "\nBcc:" not in mail.text
    assert "Bob & Sons <Houston>" in mail.text
    assert "Bob &amp; Sons &lt;Houston&gt;" in mail.html
    assert "\n" not in mail.subject
    assert len(mail.html) < 90_000


def test_words_from_right_to_left_are_fenced_in() -> None:
    facts = replace(EMPTY, waiting=(replace(WAITING[0], text="مرحبا", author="דנה"),))
    mail = mail_of(facts)
    assert "\u2068مرحبا\u2069" in mail.text
    assert 'dir="auto"' in mail.html
    assert "\u2068" not in mail_of(replace(EMPTY, waiting=WAITING[:1])).text


@settings(max_examples=200)
@given(st.text(max_size=400), st.integers(20, 120))
def test_tidy_words_are_one_line_within_the_limit(text: str, limit: int) -> None:
    tidied = tidy(text, limit)
    assert len(tidied) <= limit
    assert "\n" not in tidied
    assert tidied == tidied.strip()


def test_times_are_those_of_the_stores_wall_clock() -> None:
    zone = zone_of("America/Chicago")
    said = [moment(NOW + timedelta(hours=hours), NOW, zone) for hours in (-1, -20, -60, -24 * 30, 30)]
    assert said == ["today 7:00 AM", "yesterday 12:00 PM", "Sat 8:00 PM", "Oct 25", "tomorrow 2:00 PM"]
    assert [span(timedelta(minutes=minutes)) for minutes in (0, 20, 61, 60 * 47, 60 * 72)] == [
        "1 min",
        "20 min",
        "1 h",
        "47 h",
        "3 days",
    ]
