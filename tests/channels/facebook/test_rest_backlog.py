"""Lists longer than a visit, and threads that are refused: whatever else stands on the Page is read all the same."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from localcare.channels.facebook.core.graph_error import GraphError, GraphErrorKind
from localcare.channels.facebook.core.read import Json
from localcare.channels.facebook.core.rest_proof import Standing
from localcare.channels.facebook.core.schedule import PollLane
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.polling import PageCalls, VisitOverError
from localcare.channels.facebook.polling_outcomes import TOO_MUCH, PageRead, PageVisit, outcomes_of
from localcare.channels.facebook.polling_visits import read_page
from tests.channels.facebook.reading import due

PAGE, NOW = "108000000000001", datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
VIRAL, QUIET = f"{PAGE}_1", f"{PAGE}_2"


@dataclass
class BusyPage:
    """Two posts: one that everybody talks about, and one with a single comment."""

    comments: int
    refused: dict[str, GraphErrorKind] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    calls: int = 0

    def ask(self, method: str, path: tuple[str, ...], params: Mapping[str, object]) -> Json:
        self.calls += 1
        if path[0] in self.refused:
            raise GraphError(self.refused[path[0]], code=10)
        match path[1:]:
            case ("feed",):
                return {"data": [self._post(VIRAL, self.comments), self._post(QUIET, 1)]}
            case ("comments",):
                count = self.comments if path[0] == VIRAL else 1
                return _listed(path[0], int(str(params.get("after", 0))), int(str(params["limit"])), count)
            case _:
                return {"data": []}

    def _post(self, post_id: str, comments: int) -> Json:
        return {**_row(post_id, NOW), "comments": _listed(post_id, 0, 25, comments)}


def _listed(post_id: str, start: int, limit: int, count: int) -> Json:
    end = min(start + limit, count)
    rows = [_row(f"{post_id}_{number}", NOW - timedelta(seconds=number)) for number in range(start, end)]
    return {"data": rows, "paging": {"next": f"https://graph.facebook.com/?after={end}"} if end < count else {}}


def _row(external_id: str, at: datetime) -> Json:
    return {"id": external_id, "message": "Hello", "created_time": at.isoformat(), "from": {"id": "7", "name": "Ann"}}


def read(page: BusyPage, lane: PollLane, *, unfinished: int, known: tuple[Standing, ...] = ()) -> PageRead:
    lanes = (replace(due(PAGE, lane), unproven=unfinished),)
    return read_page(page, PageVisit(PAGE, 1, lanes, known), now=NOW)


def test_a_post_with_more_comments_than_a_visit_takes_hides_no_other_post() -> None:
    done = read(BusyPage(comments=30_000), PollLane.FEED, unfinished=5)
    (lane,) = done.reads
    assert f"{QUIET}_0" in {each.id for each in lane.seen}
    assert not lane.is_whole


def test_that_it_is_more_than_can_be_read_is_said_and_no_watermark_moves() -> None:
    (outcome,) = outcomes_of(read(BusyPage(comments=30_000), PollLane.FEED, unfinished=5))
    assert (outcome.error, outcome.watermark) == (TOO_MUCH, None)
    (first,) = outcomes_of(read(BusyPage(comments=30_000), PollLane.FEED, unfinished=0))
    assert first.error == ""


def test_a_month_of_fifteen_thousand_comments_on_one_post_is_read_to_the_end() -> None:
    page = BusyPage(comments=15_000)
    (lane,) = read(page, PollLane.FEED, unfinished=5).reads
    assert lane.is_whole
    assert len({each.id for each in lane.seen}) == 15_003
    assert page.calls < 200


@pytest.mark.parametrize("kind", ["permission", "bug"])
def test_a_thread_that_is_refused_keeps_nobody_from_the_next(kind: GraphErrorKind) -> None:
    known = (Standing(PAGE, "x", "comment", VIRAL, NOW), Standing(PAGE, "y", "comment", QUIET, NOW - timedelta(days=1)))
    done = read(BusyPage(comments=3, refused={VIRAL: kind}), PollLane.COMMENTS, unfinished=0, known=known)
    (lane,) = done.reads
    assert [each.id for each in lane.seen] == [f"{QUIET}_0"]
    assert (lane.is_whole, lane.whole_threads) == (True, {QUIET})


@pytest.mark.parametrize("kind", ["permission", "bug"])
def test_when_every_thread_is_refused_the_list_is(kind: GraphErrorKind) -> None:
    known = (Standing(PAGE, "x", "comment", VIRAL, NOW), Standing(PAGE, "y", "comment", QUIET, NOW))
    (lane,) = read(
        BusyPage(comments=3, refused={VIRAL: kind, QUIET: kind}), PollLane.COMMENTS, unfinished=0, known=known
    ).reads
    assert lane.error is not None
    assert not lane.is_whole


@pytest.mark.parametrize("kind", ["token", "quota"])
def test_what_says_something_of_the_page_itself_ends_its_visit(kind: GraphErrorKind) -> None:
    known = (Standing(PAGE, "x", "comment", VIRAL, NOW), Standing(PAGE, "y", "comment", QUIET, NOW - timedelta(days=1)))
    done = read(BusyPage(comments=3, refused={VIRAL: kind}), PollLane.COMMENTS, unfinished=0, known=known)
    assert done.error is not None
    assert done.calls == 1


def test_a_visit_ends_before_its_lease_where_facebook_is_slow() -> None:
    page = BusyPage(comments=30_000)
    calls = PageCalls(page, 512, ends=time.monotonic() - 1)
    with pytest.raises(VisitOverError):
        calls.ask("GET", (PAGE, "feed"), {"limit": 25})
    assert page.calls == 0
