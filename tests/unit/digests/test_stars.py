"""What has become of a store's stars stands in its digest, in words and with the way to the reviews."""

from dataclasses import replace

from localcare.digests.core import build_digest
from localcare.digests.emails import DigestLetter, build_digest_mail
from tests.unit.digests.samples import ANA, ENVELOPE, FACTS, TOPICS

CHANGE, URL = "2 new ratings, 4.6 → 4.4", "https://www.facebook.com/990000000000001/reviews"
STARRED = replace(FACTS, stars=CHANGE, stars_url=URL)


def test_the_line_of_stars_is_in_both_parts_of_the_mail() -> None:
    content = build_digest(STARRED, TOPICS)
    assert content is not None
    mail = build_digest_mail(DigestLetter(content, ANA), ENVELOPE)
    assert f"Stars on Facebook: {CHANGE}" in mail.text
    assert URL in mail.text
    assert f"Stars on Facebook: {CHANGE}" in mail.html
    assert f'href="{URL}"' in mail.html


def test_a_change_of_stars_alone_is_worth_a_digest() -> None:
    alone = replace(STARRED, waiting=(), handled=(), said=())
    content = build_digest(alone, TOPICS)
    assert content is not None
    assert (content.stars, content.sections) == (CHANGE, ())


def test_without_a_change_there_is_no_line() -> None:
    content = build_digest(FACTS, TOPICS)
    assert content is not None
    assert "Stars on Facebook" not in build_digest_mail(DigestLetter(content, ANA), ENVELOPE).text
