"""Cases, mentions and queues as programs see them."""

from dataclasses import replace
from datetime import timedelta

from localcare.cases import handling
from localcare.replies.service import Answer, answer_case
from localcare.stores.core.values import Evidence
from tests.stages.api.conftest import Program
from tests.stages.desk import Desk, Said, candidate

CASE = {
    "id", "brand", "store", "queue", "tier", "state", "owner", "topic", "sentiment", "urgency", "risks", "resolution",
    "reasons", "clocks", "mentions", "replies", "created_at", "updated_at",
}  # fmt: skip
MENTION = {
    "id", "channel", "kind", "external_id", "page_id", "parent_id", "author", "text", "rating", "recommends",
    "attachments", "language", "created_at", "received_at", "edited_at", "removed_at", "hidden", "permalink",
}  # fmt: skip


def test_a_case_has_everything_that_was_said_and_done(reader: Program, desk: Desk) -> None:
    store = desk.store(number="4001", name="Pellora Memorial City")
    case = desk.open_case(Said(photo="https://example.com/line.jpg", rating=2), store=store)
    ana = desk.person("manager", store=store, email="ana@pellora.example.com")
    desk.wait(minutes=5)
    with desk.acting(ana) as hand:
        handling.claim(hand, case.id or 0)
        answer_case(hand, case.id or 0, Answer("I am sorry about the wait, Marcus."), undo_seconds=10)
    body = reader.get(f"cases/{case.id}")
    assert set(body) >= CASE
    assert set(body["mentions"][0]) >= MENTION
    assert (body["queue"], body["state"], body["owner"]) == ("store:4001", "claimed", "ana@pellora.example.com")
    assert body["brand"] == desk.brand.slug
    assert (body["store"]["number"], body["store"]["name"]) == ("4001", "Pellora Memorial City")
    assert body["resolution"] == {
        "status": "exact",
        "confidence": 1.0,
        "decided_by": "resolver",
        "evidence": [{"store_number": "4001", "kind": "city", "detail": "written on the Page of store 4001"}],
        "against": [],
    }
    assert [reason["from"] for reason in body["reasons"]] == ["policy", "rule"]
    mention = body["mentions"][0]
    assert mention["author"] == {"id": "u-marcus", "name": "Marcus Bell"}
    assert mention["attachments"] == [{"type": "photo", "url": "https://example.com/line.jpg"}]
    assert mention["language"] == "en"
    (reply,) = body["replies"]
    assert (reply["kind"], reply["state"], reply["author"]) == ("comment", "queued", "Ana Ortiz")
    kinds = {clock["kind"]: clock["breached"] for clock in body["clocks"]}
    assert kinds == {"acknowledge": False, "first_reply": False, "resolve": False}


def test_a_clock_is_breached_when_its_time_is_over(reader: Program, desk: Desk) -> None:
    case = desk.open_case(Said(matter="network", topic="coverage"))
    desk.wait(days=30)
    assert {clock["breached"] for clock in reader.get(f"cases/{case.id}")["clocks"]} == {True}


def test_what_a_customer_removed_is_a_tombstone_without_words(reader: Program, desk: Desk) -> None:
    case = desk.open_case(Said(external_id="post-gone"))
    desk.wait(minutes=1)
    desk.remove("post-gone")
    (mention,) = reader.get(f"cases/{case.id}")["mentions"]
    assert (mention["text"], mention["author"], mention["removed_at"] is not None) == ("", None, True)


def test_an_ambiguous_store_shows_all_candidates(reader: Program, desk: Desk) -> None:
    one, two = desk.store(number="4001"), desk.store(number="4002")
    case = desk.open_case(Said(candidates=(candidate(one), candidate(two))))
    body = reader.get(f"cases/{case.id}")
    assert body["store"] is None
    assert body["resolution"]["status"] == "ambiguous"
    assert {evidence["store_number"] for evidence in body["resolution"]["evidence"]} == {"4001", "4002"}


def test_what_spoke_against_a_store_is_told_apart(reader: Program, desk: Desk) -> None:
    likely = candidate(desk.store(number="4001"))
    doubted = replace(likely, evidence=(*likely.evidence, Evidence("against", "the text is about another brand")))
    resolution = reader.get(f"cases/{desk.open_case(Said(candidates=(doubted,))).id}")["resolution"]
    assert [evidence["kind"] for evidence in resolution["evidence"]] == [likely.evidence[0].kind]
    assert resolution["against"] == ["the text is about another brand"]


def test_a_case_that_is_not_there_is_404(reader: Program) -> None:
    assert reader.get("cases/99", status=404)["detail"] == "There is no case 99."
    reader.get(f"cases/{2**70}", status=422)


def test_cases_are_found_by_queue_store_state_and_owner(reader: Program, desk: Desk) -> None:
    store = desk.store(number="4001")
    mine = desk.open_case(Said(author_id="u-1"), store=store)
    other = desk.open_case(Said(author_id="u-2", matter="billing", topic="billing"))
    agent = desk.person("agent", email="priya@pellora.example.com", skills=("billing",), tier=1)
    with desk.acting(agent) as hand:
        handling.claim(hand, other.id or 0)
        handling.resolve(hand, other.id or 0, how="answered")

    def ids(**asked: str) -> list[int]:
        return [case["id"] for case in reader.get("cases", **asked)["items"]]

    assert ids() == [other.id, mine.id]
    assert ids(queue="store:4001") == ids(store="4001") == ids(state="queued") == ids(state="open") == [mine.id]
    assert ids(state="resolved") == ids(state="closed") == ids(owner="Priya@pellora.example.com") == [other.id]
    assert ids(store="4001", state="closed") == ids(owner="nobody@x.example") == ids(store="77") == []
    assert "state" in reader.get("cases", status=422, state="lost")["detail"]


def test_walking_by_cursor_sees_every_case_once_though_new_ones_arrive(reader: Program, desk: Desk) -> None:
    ids = [desk.open_case(Said(author_id=f"u-{number}")).id for number in range(7)]
    first = reader.get("cases", limit=3)
    desk.open_case(Said(author_id="u-late"))
    second = reader.get("cases", limit=3, cursor=first["next"])
    third = reader.get("cases", limit=3, cursor=second["next"])
    assert [case["id"] for page in (first, second, third) for case in page["items"]] == ids[::-1]
    assert third["next"] is None


def test_mentions_are_listed_by_store_kind_and_time(reader: Program, desk: Desk) -> None:
    store = desk.store(number="4001")
    desk.hear(Said(author_id="u-1", actionable=False, sentiment="positive"), store=store)
    desk.wait(hours=1)
    since = desk.clock.now()
    desk.hear(Said(author_id="u-2", kind="comment"), store=store, at=since - timedelta(days=2))
    desk.hear(Said(author_id="u-3", kind="message"))
    everything = reader.walk("mentions", limit=2)
    assert [mention["author"]["id"] for mention in everything] == ["u-3", "u-2", "u-1"]
    assert [mention["store"] for mention in everything] == [None, "4001", "4001"]
    assert [mention["case_id"] is None for mention in everything] == [False, False, True]
    assert everything[2]["sentiment"] == "positive"
    of_store = reader.walk("mentions", limit=1, store="4001")
    assert [mention["author"]["id"] for mention in of_store] == ["u-1", "u-2"]
    recent = reader.get("mentions", since=since.isoformat())["items"]
    assert [mention["author"]["id"] for mention in recent] == ["u-3", "u-2"]
    assert [mention["kind"] for mention in reader.get("mentions", kind="message")["items"]] == ["message"]


def test_queues_say_how_many_wait_and_are_late(reader: Program, desk: Desk) -> None:
    store = desk.store(number="4001")
    desk.open_case(Said(author_id="u-1"), store=store)
    desk.open_case(Said(author_id="u-2", matter="network", topic="coverage"))
    oldest = desk.clock.now()
    desk.wait(minutes=20)
    queues = {queue["queue"]: queue for queue in reader.walk("queues", limit=1)}
    assert set(queues) == {"store:4001", "tier1:network"}
    central = queues["tier1:network"]
    assert (central["open"], central["waiting"], central["late"], central["owned"]) == (1, 1, 1, 0)
    assert central["oldest_waiting_since"] == oldest.isoformat().replace("+00:00", "Z")
    assert queues["store:4001"]["late"] == 0
