from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.stored import decode_changes, encode_changes
from localcare.mentions.core import Attachment, MentionChange, Place, Verb

WORDS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
MOMENTS = st.datetimes(
    datetime(1995, 1, 1),  # noqa: DTZ001 the strategy wants naive bounds and adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-6))]),
)
DEGREES = st.none() | st.floats(-180, 180)
CHANGES = st.builds(
    MentionChange,
    channel=NAMES,
    kind=NAMES,
    external_id=NAMES,
    verb=st.sampled_from(Verb),
    at=MOMENTS,
    digest=NAMES,
    page_id=WORDS,
    thread_id=WORDS,
    parent_id=WORDS,
    author_id=WORDS,
    author_name=WORDS,
    from_page=st.booleans(),
    text=WORDS,
    rating=st.none() | st.integers(1, 5),
    recommends=st.none() | st.booleans(),
    attachments=st.lists(st.builds(Attachment, type=NAMES, url=WORDS), max_size=3).map(tuple),
    place=st.none() | st.builds(Place, id=WORDS, name=WORDS, street=WORDS, city=WORDS, lat=DEGREES, lng=DEGREES),
    store_number=WORDS,
    permalink=WORDS,
    created_at=st.none() | MOMENTS,
)


@given(st.lists(CHANGES, max_size=5))
def test_changes_come_back_as_they_were(changes: list[MentionChange]) -> None:
    back = decode_changes(encode_changes(changes))
    assert back == changes
    assert [type(change.verb) for change in back] == [Verb] * len(back)
