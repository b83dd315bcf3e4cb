"""`kill -9` of a worker around the call that posts an answer: one public comment, and the reply knows it."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from localcare.replies.models import Reply
from localcare.replies.tasks import resume_unsent
from tests.chaos.children import Installed, send_reply, work_jobs
from tests.chaos.starting import kill, run_to_the_end, run_until_killed, start
from tests.journeys.installation import APP_ID, FACEBOOK_SECRET, Installation
from tests.journeys.serving import until
from tests.journeys.test_main_job import COMPLAINT, SORRY

pytestmark = pytest.mark.chaos

_JOBS = text("select status from procrastinate_jobs where task_name = 'replies.send'")
_AGE_WORKERS = text("update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")


def answer(place: Installation, *, as_message: bool = False, way: str = "comment") -> tuple[str, Reply]:
    """A customer's words with the manager's answer to them, about to be sent; the id of the words first."""
    if as_message:
        external_id = place.act("/messages", page_id=place.store_page, author="Rosa Diaz", text=COMPLAINT)["id"]
        place.settle()
    else:
        external_id = place.customer_posts(COMPLAINT)
    case = place.case_of(external_id)
    ana = place.sign_in(place.people.ana)
    ana.post_form(ana.get(f"/cases/{case.id}"), f"/cases/{case.id}/replies", {"text": SORRY, "way": way})
    place.clock.advance(timedelta(seconds=11))
    (reply,) = place.replies_to(case)
    return external_id, reply


def worker_at(place: Installation) -> Installed:
    return Installed(place.runtime.db.url, place.clock.now(), place.graph_url, APP_ID, FACEBOOK_SECRET)


def said_by_page(place: Installation) -> list[str]:
    """What the Page has said, in public and in private."""
    page = place.world.pages[place.store_page]
    comments = [comment.message for post in page.posts for comment in post.comments if comment.author.id == page.id]
    threads = page.conversations.values()
    return comments + [message.text for thread in threads for message in thread.messages if message.from_page]


def stored(place: Installation, reply: Reply) -> Reply:
    with place.session() as session:
        return session.get_one(Reply, reply.id)


@pytest.mark.parametrize("as_message", [False, True], ids=["comment", "message"])
@pytest.mark.parametrize(("point", "posted"), [("reply claimed", 0), ("reply posted", 1)])
def test_a_worker_that_dies_while_it_sends_leaves_one_answer_in_the_end(
    place: Installation, point: str, posted: int, as_message: bool
) -> None:
    external_id, reply = answer(place, as_message=as_message)
    run_until_killed(send_reply, worker_at(place), reply.id, place.brand_id, point)
    assert said_by_page(place) == [SORRY] * posted
    left = stored(place, reply)
    assert (left.state, left.external_id) == ("sending", None)
    assert resume_unsent(place.runtime) == 0, "whoever has it may still be at it"

    place.clock.advance(timedelta(minutes=3))
    run_to_the_end(work_jobs, worker_at(place))
    place.settle()
    sent = stored(place, reply)
    assert said_by_page(place) == [SORRY]
    assert sent.state == "confirmed"
    assert sent.external_id in place.world.comments or sent.external_id in place.world.messages
    assert place.case_of(external_id).waiting_since is None


def test_a_worker_killed_during_the_call_leaves_a_job_that_the_next_one_takes_up(place: Installation) -> None:
    _, reply = answer(place)
    place.act("/faults", kind="slow", edge="comments", method="POST", seconds=4)
    worker = start(work_jobs, worker_at(place), wait=True)
    with place.session() as session:
        session.execute(text("update procrastinate_jobs set scheduled_at = null where status = 'todo'"))
    until(lambda: said_by_page(place) == [SORRY], "the worker did not post")
    kill(worker)
    assert worker.exitcode == -signal.SIGKILL
    with place.session() as session:
        assert "doing" in session.execute(_JOBS).scalars().all()
        session.execute(_AGE_WORKERS)
    place.clock.advance(timedelta(minutes=3))
    place.run_jobs()
    place.settle()
    with place.session() as session:
        assert set(session.execute(_JOBS).scalars()) == {"succeeded"}
    assert said_by_page(place) == [SORRY]
    assert stored(place, reply).state == "confirmed"


def test_many_workers_that_die_one_after_the_other_do_not_post_twice(place: Installation) -> None:
    _, reply = answer(place)
    for _ in range(4):
        run_until_killed(send_reply, worker_at(place), reply.id, place.brand_id, "reply posted")
        place.clock.advance(timedelta(minutes=3))
    place.wait(minutes=3)
    assert said_by_page(place) == [SORRY]
    assert stored(place, reply).state == "confirmed"


# --- the other kinds, and every point at which a worker may die ---

POINTS = ["reply claimed", "reply posted", "reply recorded"]
KINDS = ["comment", "message", "private", "edit", "delete", "hide", "like"]


@dataclass(frozen=True)
class Errand:
    """Something about to be done on the Page, and how to see that it stands there exactly once."""

    reply_id: int
    stands: Callable[[], object]
    should_be: object


def prepare(place: Installation, kind: str) -> Errand:
    """The customer writes, the manager presses the button; nothing has left yet."""
    if kind in ("comment", "message", "private"):
        _, reply = answer(place, as_message=kind == "message", way=kind)
        return Errand(reply.id or 0, lambda: said_by_page(place), [SORRY])
    external_id = place.customer_posts(COMPLAINT)
    case = place.case_of(external_id)
    ana = place.sign_in(place.people.ana)
    if kind in ("edit", "delete"):
        ana.post_form(ana.get(f"/cases/{case.id}"), f"/cases/{case.id}/replies", {"text": "Sory"})
        place.wait(seconds=11)
    place.clock.advance(timedelta(minutes=1))  # the Page's pace lets the next thing go
    post, page = place.world.posts[external_id], ana.get(f"/cases/{case.id}")
    match kind:
        case "edit":
            ana.post_form(page, "/correction", {"text": SORRY})
            return Errand(deed_of(place), lambda: said_by_page(place), [SORRY])
        case "delete":
            ana.post_form(page, "/deletion")
            return Errand(deed_of(place), lambda: said_by_page(place), [])
        case "hide":
            ana.post_form(page, "/hiding", {"reason": "spam"})
            return Errand(deed_of(place), lambda: post.is_hidden, True)
        case _:
            ana.post_form(page, "/like")
            return Errand(deed_of(place), lambda: post.likes, {post.page_id: "like"})


def deed_of(place: Installation) -> int:
    with place.session() as session:
        return int(session.execute(text("select max(id) from reply where additional < 0")).scalar_one())


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_done_stands_once_wherever_the_worker_dies(place: Installation, kind: str, point: str) -> None:
    errand = prepare(place, kind)
    run_until_killed(send_reply, worker_at(place), errand.reply_id, place.brand_id, point)
    place.clock.advance(timedelta(minutes=3))
    run_to_the_end(work_jobs, worker_at(place))
    place.settle()
    assert errand.stands() == errand.should_be
    with place.session() as session:
        assert session.get_one(Reply, errand.reply_id).state in ("confirmed", "done")


@pytest.mark.parametrize("kind", ["comment", "private", "message"])
def test_a_worker_that_dies_after_it_has_looked_leaves_one_answer(place: Installation, kind: str) -> None:
    errand = prepare(place, kind)
    for point in ("reply posted", "reply looked for", "reply looked for"):
        run_until_killed(send_reply, worker_at(place), errand.reply_id, place.brand_id, point)
        place.clock.advance(timedelta(minutes=3))
    place.wait(minutes=3)
    assert errand.stands() == errand.should_be


@pytest.mark.parametrize("fault", ["error_but_created", "reset_but_created", "bad_gateway", "reset", "empty"])
@pytest.mark.parametrize(("kind", "edge"), [("comment", "comments"), ("private", "messages"), ("message", "messages")])
def test_a_call_that_breaks_and_a_worker_that_dies_afterwards_leave_one_answer(
    place: Installation, kind: str, edge: str, fault: str
) -> None:
    errand = prepare(place, kind)
    place.act("/faults", kind=fault, edge=edge, method="POST")
    run_to_the_end(send_reply, worker_at(place), errand.reply_id, place.brand_id, "")
    place.clock.advance(timedelta(minutes=3))
    run_until_killed(send_reply, worker_at(place), errand.reply_id, place.brand_id, "reply posted")
    place.clock.advance(timedelta(minutes=3))
    run_to_the_end(work_jobs, worker_at(place))
    place.settle()
    assert errand.stands() == errand.should_be
