import csv
import io
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.csv_file import BadRow, parse_mentions_csv
from localcare.mentions.core import Attachment, MentionChange, Place, Verb

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = (
    "external_id,parent_external_id,kind,created_at,text,author,author_id,owner_reply,owner_replied_at,photo_url,rating,"
    "recommends,page_id,store_number,permalink,place_name,street,city,state,zip,latitude,longitude"
)


def read(text: str, *, now: datetime = NOW) -> list[MentionChange | BadRow]:
    return list(parse_mentions_csv(io.StringIO(text, newline=""), channel="google", now=now))


def changes(text: str, *, now: datetime = NOW) -> list[MentionChange]:
    found = read(text, now=now)
    assert not [row for row in found if isinstance(row, BadRow)]
    return [row for row in found if isinstance(row, MentionChange)]


def row_of(**cells: str) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, cells)
    writer.writeheader()
    writer.writerow(cells)
    return file.getvalue()


def test_every_column_of_mentions_csv_finds_its_place() -> None:
    cells = (
        'r1,p1,comment,2026-11-20T10:00:00Z,"Two lines,\nof text",Ana,a1,,,https://example.org/1.jpg,4,true,'
        "101,0042,https://example.org/r1,Elm Street,1 Elm St,Dallas,TX,75201,32.7,-96.8"
    )
    (change,) = changes(f"{HEADER}\n{cells}\n")
    assert change == MentionChange(
        channel="google",
        kind="comment",
        external_id="r1",
        verb=Verb.ADD,
        at=NOW + timedelta(microseconds=2),
        digest=change.digest,
        page_id="101",
        thread_id="p1",
        parent_id="p1",
        author_id="a1",
        author_name="Ana",
        text="Two lines,\nof text",
        rating=4,
        recommends=True,
        attachments=(Attachment("photo", "https://example.org/1.jpg"),),
        place=Place(None, "Elm Street", "1 Elm St", "Dallas", "TX", "75201", None, 32.7, -96.8),
        store_number="0042",
        permalink="https://example.org/r1",
        created_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


def test_the_headers_of_a_review_export_are_understood() -> None:
    (change,) = changes(
        "reviewer_id,store_number,store_address,latitude,longitude,review_time,rating,review\n"
        '7,11853,"1 Main St, Austin, TX",30.4,-97.7,3 months ago,1 star,Cold food\n'
    )
    assert (change.author_id, change.author_name, change.rating, change.text) == ("7", None, 1, "Cold food")
    assert (change.kind, change.store_number) == ("review", "11853")
    assert change.place == Place(street="1 Main St, Austin, TX", lat=30.4, lng=-97.7)
    assert change.created_at is not None
    assert abs(NOW - change.created_at - timedelta(days=91)) < timedelta(days=2)


@pytest.mark.parametrize("header", ["Review Text;Star Rating", "review-text\tSTARS", "\ufeffReview_Text|score"])
def test_spelling_delimiter_and_byte_order_mark_do_not_matter(header: str) -> None:
    delimiter = next(sign for sign in ";\t|" if sign in header)
    (change,) = changes(f"{header}\r\nGreat{delimiter}5\r\n")
    assert (change.text, change.rating) == ("Great", 5)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20 08:30", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00-06:00", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("2016-03-11T23:14:30+0000", datetime(2016, 3, 11, 23, 14, 30, tzinfo=UTC)),
        ("1448795002", datetime(2015, 11, 29, 11, 3, 22, tzinfo=UTC)),
        ("1448795002000", datetime(2015, 11, 29, 11, 3, 22, tzinfo=UTC)),
        ("11/20/2026", datetime(2026, 11, 20, tzinfo=UTC)),
        ("11/20/2026 2:05 PM", datetime(2026, 11, 20, 14, 5, tzinfo=UTC)),
        ("Nov 20, 2026", datetime(2026, 11, 20, tzinfo=UTC)),
        ("Tue Oct 31 22:10:47 +0000 2017", datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 08:30:00 -0600", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("a day ago", NOW - timedelta(days=1)),
        ("Edited 2 weeks ago", NOW - timedelta(days=14)),
        ("21 hours ago", NOW - timedelta(hours=21)),
        ("just now", NOW),
    ],
)
def test_the_usual_spellings_of_a_time_are_read(words: str, moment: datetime) -> None:
    (change,) = changes(row_of(text="x", created_at=words))
    assert change.created_at == moment


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"text": "x", "rating": "9"}, "rating", "1 to 5"),
        ({"text": "x", "rating": "3.5"}, "rating", "1 to 5"),
        ({"text": "x", "created_at": "soon"}, "created_at", "not a date"),
        ({"text": "x", "created_at": "31/12/2025"}, "created_at", "not a date"),
        ({"text": "x", "created_at": "2027-11-21"}, "created_at", "future"),
        ({"text": "x", "created_at": "1969-07-20"}, "created_at", "too long ago"),
        ({"text": "x", "created_at": "9999 years ago"}, "created_at", "not a date"),
        ({"text": "x", "latitude": "91", "longitude": "0"}, "latitude", "90"),
        ({"text": "x", "latitude": "nan", "longitude": "0"}, "latitude", "finite"),
        ({"text": "x", "kind": "shout"}, "kind", "review"),
        ({"text": "x", "recommends": "perhaps"}, "recommends", "boolean"),
        ({"text": " ", "author": "Ana"}, "", "says nothing"),
        ({"text": "x", "verb": "remove"}, "", "external_id"),
    ],
)
def test_a_bad_cell_is_named(cells: dict[str, str], column: str, reason: str) -> None:
    (row,) = read(row_of(**cells))
    assert isinstance(row, BadRow)
    assert (row.line, row.column) == (2, column)
    assert reason in row.reason
    assert row.value == cells.get(column, "")


def test_five_bad_rows_are_named_by_their_lines_and_the_rest_goes_on() -> None:
    good = [f'{n},"text\nof {n}",4' for n in range(6)]
    bad = ["b1,,", "b2,x,6", "b3,x,,one too many", 'b4,"x",-1', "b5,,zero"]
    lines = [row for pair in zip(good, bad, strict=False) for row in pair] + good[5:]
    found = read("external_id,text,stars\n" + "\n".join(lines))
    assert [row.external_id for row in found if isinstance(row, MentionChange)] == list("012345")
    assert [row.line for row in found if isinstance(row, BadRow)] == [4, 7, 10, 13, 16]
    assert {row.column for row in found if isinstance(row, BadRow)} == {"", "stars"}


def test_a_file_without_anything_to_read_says_so() -> None:
    (row,) = read("name,city\nElm Street,Dallas\n")
    assert isinstance(row, BadRow)
    assert (row.line, row.value) == (1, "name city")


@pytest.mark.parametrize("text", ["", "\n\n", "text\n", "text\n\n\n"])
def test_a_file_without_rows_has_no_mentions(text: str) -> None:
    assert read(text) == []


def test_an_owner_reply_is_the_pages_own_comment_on_the_review() -> None:
    review, reply = changes(row_of(id="r1", review="Slow.", stars="2", owner_reply="Sorry!", reply_time="2026-11-20"))
    assert not review.from_page
    assert (reply.kind, reply.from_page, reply.parent_id, reply.thread_id) == ("comment", True, "r1", "r1")
    assert (reply.external_id, reply.text, reply.created_at) == (
        "r1:owner-reply",
        "Sorry!",
        datetime(2026, 11, 20, tzinfo=UTC),
    )


def test_the_same_file_a_month_later_has_the_same_ids_and_digests() -> None:
    text = "author,review_time,review\nAna,3 months ago,Slow\nBob,2020-01-01,Slow\n"
    first, later = changes(text), changes(text, now=NOW + timedelta(days=30))
    assert [(row.external_id, row.digest) for row in first] == [(row.external_id, row.digest) for row in later]
    assert len({row.external_id for row in first}) == 2
    assert later[0].at > first[0].at


def test_equal_rows_of_unknown_authors_stay_two_people() -> None:
    anonymous = changes("review,stars\nGood,5\nGood,5\n")
    named = changes("author,review,stars\nAna,Good,5\nAna,Good,5\n")
    assert len({row.external_id for row in anonymous}) == 2
    assert len({row.external_id for row in named}) == 1
    assert {row.author_id for row in named} == {None}


def test_an_address_a_browser_would_run_is_dropped() -> None:
    (change,) = changes(row_of(text="x", permalink="javascript:alert(1)", photo_url="data:x https://example.org/a.png"))
    assert change.permalink is None
    assert change.attachments == (Attachment("photo", "https://example.org/a.png"),)


def test_a_removal_leaves_no_words() -> None:
    (change,) = changes(row_of(external_id="r1", verb="Remove", kind="Review"))
    assert (change.verb, change.text) == (Verb.REMOVE, None)


@given(st.text(max_size=300) | st.text(alphabet='",\n\r;|ab1\x00', max_size=300))
def test_no_file_makes_it_raise(text: str) -> None:
    for row in read(f"text,rating,created_at,latitude\n{text}"):
        assert isinstance(row, BadRow | MentionChange)
        assert "\x00" not in (getattr(row, "text", "") or "")


@pytest.mark.eval
def test_all_real_reviews_are_read() -> None:
    folder = os.environ.get("LOCALCARE_EVAL_DATA")
    if not folder:
        pytest.skip("LOCALCARE_EVAL_DATA names no folder of evaluation data")
    with (Path(folder) / "reviews" / "mcdonalds_reviews.csv").open(encoding="utf-8", newline="") as file:
        found = Counter(type(row).__name__ for row in parse_mentions_csv(file, channel="google", now=NOW))
    assert found == {"MentionChange": 14_777}
