"""The real facebook-business SDK, over real HTTP, finds in the stand-in what it would find at Meta."""

import pytest
import requests
from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from tests.sandbox.conftest import BRAND, OTHER_STORE, STORE, Served

WITHOUT_PROXY = {"http": "", "https": ""}


def api_of(served: Served, token: str) -> FacebookAdsApi:
    session = FacebookSession(served.world.app.id, served.world.app.secret, token, timeout=5)
    session.GRAPH = served.url
    session.requests.trust_env = False
    return FacebookAdsApi(session, api_version="v26.0")


@pytest.fixture
def page_api(served: Served) -> FacebookAdsApi:
    return api_of(served, served.world.pages[STORE].access_token)


def test_the_sdk_lists_all_locations_page_by_page(served: Served) -> None:
    brand = Page(BRAND.id, api=api_of(served, served.world.system_token))
    fields = ["id", "name", "store_number", "store_code", "location", "phone", "hours", "access_token"]
    found = list(brand.get_locations(fields=fields, params={"limit": 2}))
    assert [page["store_number"] for page in found] == [1, 2, 3]
    assert found[0]["location"]["city"] == "Dallas"
    assert found[0]["access_token"] == served.world.pages[STORE].access_token


def test_the_sdk_lists_the_pages_of_the_system_user(served: Served) -> None:
    me = User("me", api=api_of(served, served.world.system_token))
    assert len(list(me.get_accounts(fields=["id", "name", "access_token"], params={"limit": 3}))) == 4


def test_the_sdk_reads_the_feed(served: Served, page_api: FacebookAdsApi) -> None:
    for number in range(5):
        served.world.post(STORE, f"Post {number}", author="Ana")
    found = Page(STORE, api=page_api).get_feed(fields=["id", "message", "from", "created_time"], params={"limit": 2})
    assert [post["message"] for post in found] == [f"Post {number}" for number in (4, 3, 2, 1, 0)]


def test_the_sdk_replies_reads_hides_edits_and_removes(served: Served, page_api: FacebookAdsApi) -> None:
    post = served.world.post(STORE, "No signal — ¡ayuda!", author="Ana")
    reply = PagePost(post.id, api=page_api).create_comment(params={"message": "Lo sentimos, Zoë 🎉 & co."})
    assert reply["id"] == post.comments[0].id
    assert post.comments[0].message == "Lo sentimos, Zoë 🎉 & co."
    params = {"filter": "stream", "order": "reverse_chronological", "limit": 25}
    fields = ["id", "from", "message", "created_time"]
    comments = list(PagePost(post.id, api=page_api).get_comments(fields=fields, params=params))
    assert [comment["from"]["id"] for comment in comments] == [STORE]
    spam = served.world.comment(post.id, "Buy followers", author="Bot")
    Comment(spam.id, api=page_api).api_update(params={"is_hidden": True})
    assert spam.is_hidden
    Comment(reply["id"], api=page_api).api_update(params={"message": "Sorry!"})
    assert post.comments[0].message == "Sorry!"
    Comment(reply["id"], api=page_api).api_delete()
    assert [comment.id for comment in post.comments] == [spam.id]


def test_the_sdk_subscribes_and_unsubscribes_the_app(served: Served, page_api: FacebookAdsApi) -> None:
    page = Page(STORE, api=page_api)
    page.create_subscribed_app(params={"subscribed_fields": ["feed", "mention", "messages"]})
    assert [app["subscribed_fields"] for app in page.get_subscribed_apps()] == [["feed", "mention", "messages"]]
    page.delete_subscribed_apps()
    assert list(page.get_subscribed_apps()) == []


def test_the_sdk_answers_a_message(served: Served, page_api: FacebookAdsApi) -> None:
    served.world.message(STORE, "Open today?", author="Ana")
    person = served.world.person(STORE, "Ana").id
    params = {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": {"text": "Until nine."}}
    sent = Page(STORE, api=page_api).create_message(params=params)
    assert sent["recipient_id"] == person
    assert sent["message_id"].startswith("m_")
    threads = list(Page(STORE, api=page_api).get_conversations(fields=["id", "updated_time", "participants"]))
    assert len(threads) == 1


def test_the_sdk_understands_refusals(served: Served, page_api: FacebookAdsApi) -> None:
    with pytest.raises(FacebookRequestError) as refused:
        list(Page(STORE, api=page_api).get_ratings())
    assert refused.value.api_error_code() == 12
    with pytest.raises(FacebookRequestError) as refused:
        list(Page(OTHER_STORE, api=page_api).get_feed())
    assert refused.value.api_error_code() == 10
    with pytest.raises(FacebookRequestError) as refused:
        Page("1", api=page_api).api_get()
    assert (refused.value.api_error_code(), refused.value.api_error_subcode()) == (100, 33)
    served.world.break_token(STORE, 463)
    with pytest.raises(FacebookRequestError) as refused:
        Page(STORE, api=page_api).api_get()
    assert (refused.value.api_error_code(), refused.value.api_error_subcode()) == (190, 463)
    assert refused.value.http_headers()["facebook-api-version"] == "v26.0"


def test_the_sdk_makes_batches(served: Served, page_api: FacebookAdsApi) -> None:
    names: list[str] = []
    batch = page_api.new_batch()
    for page_id in (STORE, BRAND.id):
        Page(page_id, api=page_api).api_get(
            fields=["name"], batch=batch, success=lambda answer: names.append(answer.json()["name"])
        )
    batch.execute()
    assert names == ["Bluebird Wireless (Dallas)", "Bluebird Wireless"]


def test_a_broken_connection_may_hide_that_the_comment_was_created(served: Served, page_api: FacebookAdsApi) -> None:
    post = served.world.post(STORE, "No signal", author="Ana")
    fault = {"kind": "reset_but_created", "edge": "comments", "method": "POST"}
    assert (
        requests.post(f"{served.url}/_sandbox/faults", json=fault, proxies=WITHOUT_PROXY, timeout=5).status_code == 204
    )
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="Connection broken"):
        PagePost(post.id, api=page_api).create_comment(params={"message": "Sorry!"})
    assert [comment.message for comment in post.comments] == ["Sorry!"]


def test_calls_are_answered_without_waiting_for_a_delayed_acknowledgement(served: Served) -> None:
    """44 ms a call would betray the Nagle trap."""
    session = requests.Session()
    session.trust_env = False
    url = f"{served.url}/v26.0/{STORE}/?access_token={served.world.pages[STORE].access_token}"
    times = sorted(session.get(url, timeout=5).elapsed.total_seconds() for _ in range(40))
    assert times[20] < 0.035
