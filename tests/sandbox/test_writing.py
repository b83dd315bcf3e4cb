"""What an app may change, how Graph refuses the rest, and what goes wrong on purpose."""

import json
from datetime import timedelta

import pytest

from localcare.kit.clock import SetClock
from localcare.sandbox.access import proof
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.graph import Graph, GraphAnswer
from localcare.sandbox.objects import App
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.world import World
from tests.sandbox.asking import ask, body_of, error_of
from tests.sandbox.conftest import BRAND, OTHER_STORE, STORE, STORES


def test_a_reply_is_created_and_comes_back_as_a_comment_of_the_page(world: World, told: list[PageUpdate]) -> None:
    post = world.post(STORE, "No signal", author="Ana")
    answer = body_of(ask(Graph(world), "POST", f"{post.id}/comments", message="We are on it."))
    assert answer == {"id": post.comments[0].id}
    assert str(answer["id"]).startswith(post.id.split("_")[1] + "_")
    echo = told[-1].value
    assert echo["from"] == {"id": STORE, "name": "Bluebird Wireless (Dallas)"}
    assert (echo["verb"], echo["parent_id"]) == ("add", post.id)


def test_the_same_words_in_the_same_place_are_a_duplicate_for_ten_minutes(world: World, clock: SetClock) -> None:
    post = world.post(STORE, "No signal", author="Ana")
    graph = Graph(world)
    ask(graph, "POST", f"{post.id}/comments", message="Sorry!")
    assert error_of(ask(graph, "POST", f"{post.id}/comments", message="Sorry!")) == (506, 1455006)
    clock.advance(timedelta(minutes=11))
    assert ask(graph, "POST", f"{post.id}/comments", message="Sorry!").status == 200


def test_a_page_hides_what_others_wrote_and_edits_and_deletes_what_it_wrote_itself(world: World) -> None:
    post = world.post(STORE, "Spam", author="Bot")
    graph = Graph(world)
    assert body_of(ask(graph, "POST", post.id, is_hidden="true")) == {"success": True}
    assert post.is_hidden
    assert error_of(ask(graph, "POST", post.id, message="Other words")) == (200, None)
    assert error_of(ask(graph, "DELETE", post.id)) == (200, None)
    own = world.comment(post.id, "Sory")
    assert error_of(ask(graph, "POST", own.id, is_hidden="true")) == (200, None)
    assert body_of(ask(graph, "POST", own.id, message="Sorry")) == {"success": True}
    assert own.message == "Sorry"
    assert body_of(ask(graph, "DELETE", own.id)) == {"success": True}
    assert error_of(ask(graph, "GET", own.id)) == (100, 33)


def test_a_page_that_writes_in_a_burst_is_stopped_for_a_while_and_alone(world: World, clock: SetClock) -> None:
    graph = Graph(world)
    world.bursts.most = 3
    post = world.post(STORE, "No signal", author="Ana")
    other = world.post(OTHER_STORE, "No signal", author="Ana")
    answers = [ask(graph, "POST", f"{post.id}/comments", message=f"Sorry {number}") for number in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 400]
    assert error_of(answers[-1]) == (368, 1390008)
    token = world.pages[OTHER_STORE].access_token
    assert ask(graph, "POST", f"{other.id}/comments", token=token, message="Sorry").status == 200
    clock.advance(timedelta(minutes=20))
    assert error_of(ask(graph, "POST", f"{post.id}/comments", message="Again")) == (368, 1390008)
    clock.advance(timedelta(minutes=11))
    assert ask(graph, "POST", f"{post.id}/comments", message="Again").status == 200


def test_a_page_that_writes_calmly_is_never_stopped(world: World, clock: SetClock) -> None:
    graph = Graph(world)
    post = world.post(STORE, "No signal", author="Ana")
    for number in range(40):
        assert ask(graph, "POST", f"{post.id}/comments", message=f"Sorry {number}").status == 200
        clock.advance(timedelta(seconds=4))


def test_a_comment_older_than_seven_days_is_not_answered_privately(world: World, clock: SetClock) -> None:
    graph = Graph(world)
    comment = world.comment(world.post(STORE, "News").id, "My bill is wrong", author="Ana")
    clock.advance(timedelta(days=7, seconds=1))
    private = {"recipient": json.dumps({"comment_id": comment.id}), "message": '{"text":"May we call you?"}'}
    assert error_of(ask(graph, "POST", f"{STORE}/messages", **private)) == (10903, None)


def test_instagram_answers_under_replies_hides_by_another_word_and_edits_nothing(world: World) -> None:
    graph = Graph(world)
    account = world.add_instagram("bluebird", "17841400000000001")
    media = world.post(account.id, "New store")
    comment = world.comment(media.id, "Is it open?", author="Ana")

    def tell(method: str, path: str, **params: str) -> GraphAnswer:
        return ask(graph, method, path, token=account.access_token, **params)

    reply = body_of(tell("POST", f"{comment.id}/replies", message="Since noon."))["id"]
    assert error_of(tell("POST", f"{comment.id}/comments", message="No")) == (100, None)
    shown = body_of(tell("GET", f"{comment.id}/replies?fields=id,text,timestamp"))["data"]
    assert isinstance(shown, list)
    assert (shown[0]["id"], shown[0]["text"]) == (reply, "Since noon.")
    assert body_of(tell("POST", comment.id, hide="true")) == {"success": True}
    assert body_of(tell("GET", f"{comment.id}?fields=hidden")) == {"hidden": True, "id": comment.id}
    assert error_of(tell("POST", str(reply), message="Since one.")) == (100, None)
    assert error_of(tell("POST", f"{comment.id}/likes")) == (100, None)
    assert body_of(tell("DELETE", str(reply))) == {"success": True}
    assert "id" in body_of(tell("POST", f"{media.id}/comments", message="Welcome!"))


def test_facebook_knows_none_of_instagrams_words(world: World) -> None:
    comment = world.comment(world.post(STORE, "News").id, "Nice", author="Ana")
    assert error_of(ask(Graph(world), "GET", f"{comment.id}?fields=text")) == (100, None)
    assert error_of(ask(Graph(world), "POST", f"{comment.id}/replies", message="Thanks")) == (100, None)


def test_another_pages_token_may_not_write_here(world: World) -> None:
    post = world.post(OTHER_STORE, "Hello", author="Ana")
    assert error_of(ask(Graph(world), "POST", f"{post.id}/comments", message="Hi")) == (10, None)
    assert error_of(ask(Graph(world), "POST", f"{OTHER_STORE}/feed", message="Hi")) == (200, None)
    assert post.comments == []


def test_without_the_task_on_the_page_nothing_is_written(world: World) -> None:
    post = world.post(STORE, "Hello", author="Ana")
    world.pages[STORE].tasks = ("ANALYZE",)
    assert error_of(ask(Graph(world), "POST", f"{post.id}/comments", message="Hi")) == (200, None)


def test_an_answer_is_sent_within_24_hours_and_by_a_human_within_7_days(world: World, clock: SetClock) -> None:
    graph = Graph(world)
    world.message(STORE, "Open today?", author="Ana")
    person = world.person(STORE, "Ana").id
    sent = ask(graph, "POST", f"{STORE}/messages", recipient=json.dumps({"id": person}), message='{"text":"Yes"}')
    assert body_of(sent).keys() == {"recipient_id", "message_id"}
    clock.advance(timedelta(hours=25))
    late = {"recipient": json.dumps({"id": person}), "message": '{"text":"Still yes"}'}
    assert error_of(ask(graph, "POST", f"{STORE}/messages", **late)) == (10, 2018278)
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert ask(graph, "POST", f"{STORE}/messages", **late, **human).status == 200
    clock.advance(timedelta(days=7))
    assert error_of(ask(graph, "POST", f"{STORE}/messages", **late, **human)) == (10, 2018278)


def test_a_comment_is_privately_answered_once_and_opens_no_window(world: World) -> None:
    graph = Graph(world)
    post = world.post(STORE, "My bill is wrong", author="Ana")
    private = {"recipient": json.dumps({"post_id": post.id}), "message": '{"text":"May we call you?"}'}
    answer = body_of(ask(graph, "POST", f"{STORE}/messages", **private))
    assert answer["recipient_id"] == post.author.id
    assert error_of(ask(graph, "POST", f"{STORE}/messages", **private)) == (10900, None)
    follow_up = {"recipient": json.dumps({"id": post.author.id}), "message": '{"text":"Hello?"}'}
    assert error_of(ask(graph, "POST", f"{STORE}/messages", **follow_up)) == (10, 2018278)


def test_a_broken_token_says_why_and_a_fresh_one_waits_behind_the_system_user(world: World) -> None:
    graph = Graph(world)
    old = world.pages[STORE].access_token
    world.break_token(STORE, 460)
    assert error_of(ask(graph, "GET", STORE, token=old)) == (190, 460)
    assert error_of(ask(graph, "GET", STORE, token="no such token")) == (190, None)
    data = body_of(ask(graph, "GET", f"debug_token?input_token={old}", token=world.system_token))["data"]
    assert isinstance(data, dict)
    assert data["is_valid"] is False
    assert ask(graph, "GET", STORE).status == 200


def test_a_wrong_proof_is_refused_and_a_missing_one_where_it_is_required(clock: SetClock) -> None:
    world = World.from_pages(BRAND, STORES, clock=clock, app=App(requires_proof=True))
    graph = Graph(world)
    right = proof(world.app.secret, world.pages[STORE].access_token)
    assert ask(graph, "GET", STORE, appsecret_proof=right).status == 200
    assert error_of(ask(graph, "GET", STORE, appsecret_proof="0" * 64)) == (100, None)
    assert error_of(ask(graph, "GET", STORE)) == (100, None)


def test_a_page_subscribes_to_fields_graph_knows(world: World) -> None:
    graph = Graph(world)
    answer = ask(graph, "POST", f"{STORE}/subscribed_apps", subscribed_fields='["feed","mention"]')
    assert body_of(answer) == {"success": True}
    data = body_of(ask(graph, "GET", f"{STORE}/subscribed_apps"))["data"]
    assert isinstance(data, list)
    assert data[0]["subscribed_fields"] == ["feed", "mention"]
    assert error_of(ask(graph, "POST", f"{STORE}/subscribed_apps", subscribed_fields="feed,poems")) == (100, None)
    assert world.pages[STORE].subscribed_fields == ("feed", "mention")
    ask(graph, "DELETE", f"{STORE}/subscribed_apps")
    assert body_of(ask(graph, "GET", f"{STORE}/subscribed_apps")) == {"data": []}


def test_an_error_may_hide_that_the_comment_was_created(world: World) -> None:
    post = world.post(STORE, "No signal", author="Ana")
    graph = Graph(world)
    graph.faults.add(Fault(FaultKind.ERROR_BUT_DONE, edge="comments", method="POST", page_id=STORE))
    assert error_of(ask(graph, "POST", f"{post.id}/comments", message="Sorry!")) == (100, None)
    assert [comment.message for comment in post.comments] == ["Sorry!"]
    assert graph.faults.waiting == []


@pytest.mark.parametrize(
    ("kind", "status"), [(FaultKind.BAD_GATEWAY, 502), (FaultKind.EMPTY, 200), (FaultKind.RATE_LIMITED, 400)]
)
def test_a_fault_strikes_as_often_as_it_was_told(world: World, kind: FaultKind, status: int) -> None:
    post = world.post(STORE, "No signal", author="Ana")
    graph = Graph(world)
    graph.faults.add(Fault(kind, times=2, edge="comments"))
    statuses = [ask(graph, "POST", f"{post.id}/comments", message="Sorry!").status for _ in range(3)]
    assert statuses == [status, status, 200]
    assert len(post.comments) == 1


def test_a_fault_may_strike_every_third_call_only(world: World) -> None:
    graph = Graph(world)
    graph.faults.add(Fault(FaultKind.ERROR, times=2, every=3))
    statuses = [ask(graph, "GET", STORE).status for _ in range(7)]
    assert statuses == [200, 200, 400, 200, 200, 400, 200]


def test_a_spent_budget_is_a_refusal_with_the_minutes_to_wait(world: World, clock: SetClock) -> None:
    graph = Graph(world)
    graph.meter.budgets[STORE] = 2
    answers = [ask(graph, "GET", STORE) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 400]
    usage = json.loads(answers[-1].headers["x-business-use-case-usage"])[STORE][0]
    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (100, 1440)
    assert error_of(answers[-1])[0] == 80001
    clock.advance(timedelta(days=1))
    assert ask(graph, "GET", STORE).status == 200


def test_a_batch_answers_each_call_in_order_and_null_for_one_that_timed_out(world: World) -> None:
    graph = Graph(world)
    graph.faults.add(Fault(FaultKind.NULL_BATCH_ITEM, edge="feed"))
    calls = [
        {"method": "GET", "relative_url": f"{STORE}?fields=name"},
        {"method": "GET", "relative_url": f"{STORE}/feed"},
        {"method": "POST", "relative_url": f"{STORE}/feed", "body": "message=Hello%20all"},
        {"method": "GET", "relative_url": "1"},
    ]
    items = json.loads(ask(graph, "POST", "", batch=json.dumps(calls)).body)
    assert [item and item["code"] for item in items] == [200, None, 200, 400]
    assert json.loads(items[0]["body"])["name"] == "Bluebird Wireless (Dallas)"
    assert world.pages[STORE].posts[0].message == "Hello all"
    too_many = ask(graph, "POST", "", batch=json.dumps(calls * 13))
    assert too_many.status == 400


def test_only_what_both_app_and_page_subscribed_to_is_told(world: World, told: list[PageUpdate]) -> None:
    world.pages[STORE].subscribed_fields = ("mention",)
    world.post(STORE, "Hello", author="Ana")
    world.post(OTHER_STORE, "Hello", author="Ana")
    world.app_fields = ()
    world.mention(STORE, "Ana", "At Bluebird")
    assert [update.page_id for update in told] == [OTHER_STORE]


def test_a_recommendation_is_told_to_nobody_and_moves_the_rating(world: World, told: list[PageUpdate]) -> None:
    for number in range(2):
        world.recommend(OTHER_STORE, f"Ana {number}", recommends=False, text="Rude")
    assert told == []
    assert world.pages[OTHER_STORE].overall_star_rating == pytest.approx(2.9)


def test_the_same_person_is_somebody_else_on_another_page(world: World) -> None:
    assert world.post(STORE, "Hi", author="Ana").author.id != world.post(OTHER_STORE, "Hi", author="Ana").author.id


def test_a_world_begun_later_repeats_no_id_of_an_earlier_one(clock: SetClock) -> None:
    ids = set()
    for _ in range(2):
        world = World.from_pages(BRAND, STORES, clock=clock)
        ids |= {world.post(STORE, str(number), author="Ana").id for number in range(50)}
        clock.advance(timedelta(seconds=1))
    assert len(ids) == 100
