"""What people see: each page by role, with what it must say."""

from datetime import timedelta

import pytest

from localcare.cases import handling
from localcare.inbox.core.listing import Cursor
from localcare.people.models import Person
from localcare.replies.saved import SavedText, keep_saved_replies
from localcare.stores.models import Region, Store
from tests.factories import make_page, make_region
from tests.pageclient import PageClient
from tests.stages.desk import Desk, Said, candidate
from tests.stages.inbox.conftest import SignIn

PRAISE = Said(
    text="Danielle moved all my photos over.", author="Ruth Palmer", author_id="u-r", kind="review", recommends=True,
    actionable=False, topic="praise", sentiment="positive", shout_out_names=("Danielle",),
)  # fmt: skip
BILLING = Said(text="Charged twice", author="Omari Fields", author_id="u-o", topic="billing", matter="billing", tier=2)


def manager_of(desk: Desk, store: Store, name: str = "Ana Ortiz") -> Person:
    return desk.person("manager", store=store, name=name)


def open_as_manager(desk: Desk, sign_in: SignIn, store: Store) -> PageClient:
    return sign_in(manager_of(desk, store))


def test_a_managers_first_screen_says_what_needs_them_now_late_ones_first(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(number="4460")
    now = desk.clock.now()
    desk.clock.move_to(now - timedelta(days=3))
    desk.open_case(Said(text="No answer for days", author="Old Ivy", author_id="u-1"), store=store)
    desk.clock.move_to(now)
    desk.open_case(
        Said(text="The ramp is blocked", author="Terrance Moss", author_id="u-2", urgency="high"), store=store
    )
    desk.hear(PRAISE, store=store)
    page = open_as_manager(desk, sign_in, store).get("/")
    assert page.h1 == "What needs you now"
    names = [link.text for link in page.all("a", class_="case-row__author")]
    assert names == ["Old Ivy", "Terrance Moss"]
    assert "2 customers wait" in page.text
    assert "1 is late" in page.text
    assert "What people liked today" in page.text
    assert "For Danielle" in page.text


def test_a_store_without_waiting_customers_is_told_so_and_what_comes_next(desk: Desk, sign_in: SignIn) -> None:
    page = open_as_manager(desk, sign_in, desk.store()).get("/")
    assert "All caught up" in page.text
    assert "No praise came in the last seven days" in page.text


def test_what_the_national_team_answers_about_a_store_is_shown_beside(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    desk.open_case(BILLING, store=store)
    page = open_as_manager(desk, sign_in, store).get("/")
    assert "All caught up" in page.text
    assert "With the national team" in page.text
    assert "Omari Fields" in page.text


def test_live_parts_come_alone_when_htmx_asks(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = open_as_manager(desk, sign_in, store)
    for url in ("/", "/cases", f"/cases/{case.id}"):
        assert "Marcus Bell" in client.fragment(url)
    agent = sign_in(desk.person("agent", name="Priya Nair"))
    assert "Your queues" in agent.fragment("/")


def test_an_agents_first_screen_has_the_next_case_and_their_queues(desk: Desk, sign_in: SignIn) -> None:
    desk.open_case(BILLING)
    client = sign_in(desk.person("agent", name="Priya Nair", tier=2, skills=("billing",)))
    page = client.get("/")
    assert "1 customer waits in your queues" in page.text
    taken = client.post_form(page, "/next-case")
    assert taken.h1 == "Omari Fields"
    assert "This case is yours now." in taken.text
    assert "Omari Fields" in client.get("/").text


def test_when_nothing_waits_the_next_case_says_so_kindly(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in(desk.person("agent", name="Priya Nair"))
    page = client.post_form(client.get("/"), "/next-case")
    assert "Nobody waits in your queues. Well done." in page.text


def test_other_roles_start_on_their_own_pages(desk: Desk, sign_in: SignIn) -> None:
    starts = {"supervisor": "/supervise", "administrator": "/admin", "auditor": "/cases"}
    for role, url in starts.items():
        answer = sign_in(desk.person(role)).request("GET", "/", follow=False)
        assert (answer.status_code, answer.headers["location"]) == (303, url)


def test_a_lead_starts_on_the_page_of_the_region(desk: Desk, sign_in: SignIn) -> None:
    with desk.database.session(desk.brand_id) as session:
        region = make_region(session, desk.brand, name="Houston", slug="houston")
    answer = sign_in(desk.person("lead", region=region)).request("GET", "/", follow=False)
    assert answer.headers["location"] == "/regions/houston"


def test_the_case_page_says_why_the_case_is_here(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(number="4460", name="Pellora Memorial City")
    case = desk.open_case(Said(risks=("viral",), urgency="high", photo="https://example.com/p.jpg"), store=store)
    page = sign_in(desk.person("agent")).get(f"/cases/{case.id}")
    assert "It is this store: Pellora Memorial City, #4460" in page.text
    assert "Written on the Page of store 4460." in page.text
    assert "It carries a risk that the crisis team answers for." in page.text
    assert "A customer waited (“40 minutes”)." in page.text
    assert "Fri, Nov 20, 9:00 AM CST" in page.text, "store time"
    assert page.one("img").get("src") == "https://example.com/p.jpg"
    assert "Post about Pellora Memorial City. Waiting time." in page.text


def test_the_thread_shows_edits_removals_hides_and_the_pages_own_words(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(Said(external_id="p-1", thread_id="p-1"), store=store)
    desk.wait(minutes=2)
    desk.hear(Said(text="Forget it", kind="comment", external_id="c-1", thread_id="p-1"), store=store)
    desk.answer_natively("p-1", "We are looking into it.", page_id="990000000000001")
    desk.remove("c-1")
    page = open_as_manager(desk, sign_in, store).get(f"/cases/{case.id}")
    assert "Removed by its author" in page.text
    assert "Forget it" not in page.text
    assert "We are looking into it." in page.text


def test_a_comment_is_shown_with_the_post_it_stands_under(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    root = Said(
        text="Come in for the new Nova!", author="Pellora", author_id="990", external_id="root-1", actionable=False
    )
    desk.hear(root, store=store)
    case = desk.open_case(Said(text="Your door is locked", kind="comment", thread_id="root-1"), store=store)
    page = open_as_manager(desk, sign_in, store).get(f"/cases/{case.id}")
    assert "The post it stands under" in page.text
    assert page.text.index("Come in for the new Nova!") < page.text.index("Your door is locked")


def test_a_saved_reply_fills_the_box_without_javascript(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(name="Pellora Katy")
    saved = SavedText("Sorry", "waiting", "en", "{customer}, I'm {manager} of {store}. [What happened.]", "Ops", None)
    with desk.database.session(desk.brand_id) as session:
        keep_saved_replies(session, desk.brand_id, [saved])
    case = desk.open_case(store=store)
    client = open_as_manager(desk, sign_in, store)
    page = client.get(f"/cases/{case.id}")
    form = next(form for form in page.forms if form.method == "get" and form.element.iter("select"))
    chosen = next(option.get("value") for option in form.element.iter("option") if option.text == "Sorry")
    filled = client.get(f"/cases/{case.id}?saved={chosen}")
    assert filled.form("/replies").values["text"].strip() == "Marcus, I'm Ana of Pellora Katy. [What happened.]"
    assert "[brackets]" in filled.text


def test_the_list_pages_through_everything_once_the_most_urgent_first(desk: Desk, sign_in: SignIn) -> None:
    now = desk.clock.now()
    for n in range(31):
        urgency = ("normal", "high", "low")[n % 3]
        said = Said(
            author=f"Customer {n}", author_id=f"u-{n}", topic="billing", matter="billing", tier=2, urgency=urgency
        )
        desk.hear(said, at=now - timedelta(minutes=n))
    client = sign_in(desk.person("agent", tier=2, skills=("billing",)))
    first = client.get("/cases?queue=tier2:billing")
    second = client.get(first.links["Older"])
    names = [link.text for page in (first, second) for link in page.all("a", class_="case-row__author")]
    expected = sorted(range(31), key=lambda n: (("high", "normal", "low").index(("normal", "high", "low")[n % 3]), -n))
    assert names == [f"Customer {n}" for n in expected]
    assert "Older" not in second.links


def test_the_views_of_a_list_hold_what_they_say(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    ana = manager_of(desk, store)
    names = ("Waiting", "Mine", "Answered", "Snoozed", "Closed")
    cases = {
        name: desk.open_case(Said(author=f"{name} One", author_id=f"u-{name}", external_id=f"p-{name}"), store=store)
        for name in names
    }
    with desk.acting(ana) as hand:
        handling.claim(hand, cases["Mine"].id or 0)
        handling.snooze(hand, cases["Snoozed"].id or 0, until=desk.clock.now() + timedelta(hours=1))
        handling.resolve(hand, cases["Closed"].id or 0, how="spam")
    desk.wait(minutes=1)
    desk.answer_natively("p-Answered", page_id="990000000000001")
    client = sign_in(ana)
    views = {
        "": {"Waiting", "Mine"},
        "mine": {"Mine"},
        "with-customer": {"Answered"},
        "snoozed": {"Snoozed"},
        "closed": {"Closed"},
    }
    for state, expected in views.items():
        page = client.get(f"/cases?state={state}")
        shown = {(link.text or "").split()[0] for link in page.all("a", class_="case-row__author")}
        assert shown == expected, state
    desk.wait(hours=2)
    assert "Snoozed One" in client.get("/cases").text, "its time has come"


def test_a_search_finds_by_name_and_by_words_and_takes_nothing_literally(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    desk.open_case(Said(text="The blue one is 100% broken", author="Yan Liu", author_id="u-1"), store=store)
    desk.open_case(Said(text="Hello", author="Kim Tran", author_id="u-2"), store=store)
    client = open_as_manager(desk, sign_in, store)
    assert "Yan Liu" in client.get("/cases?q=yan").text
    assert "Kim Tran" not in client.get("/cases?q=100%25").text
    assert "Yan Liu" in client.get("/cases?q=100%25").text
    assert "Nothing found" in client.get("/cases?q=zzz").text


def test_the_stores_page_has_everything_that_is_said_and_makes_cases_of_it(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(number="4460")
    with desk.database.session(desk.brand_id) as session:
        make_page(session, desk.brand, page_id="990000000000001", store=store)
    desk.hear(PRAISE, store=store)
    desk.open_case(Said(text="Rude at the counter", author="Gary Owens", author_id="u-g"), store=store)
    client = open_as_manager(desk, sign_in, store)
    page = client.get("/stores/4460")
    assert page.links["Its Facebook Page (opens in a new tab)"] == "https://www.facebook.com/990000000000001"
    assert "303 Memorial City Way, Houston, TX 77024" in page.text
    praise = client.get("/stores/4460?show=praise")
    assert "Ruth Palmer" in praise.text
    assert "Rude at the counter" not in [quote.text for quote in praise.all("p", class_="quote__text")]
    made = client.post_form(praise, "/case")
    assert made.h1 == "Ruth Palmer"
    assert "It is a case now." in made.text
    assert "Ruth Palmer" in client.get("/cases").text
    again = client.get("/stores/4460?show=praise")
    assert [form.action for form in again.forms if form.action.startswith("/mentions/")] == []


def test_the_feed_goes_back_in_time_page_by_page(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(number="4460")
    for n in range(23):
        said = Said(text=f"Nice {n}!", author_id=f"u-{n}", actionable=False, sentiment="positive", topic="praise")
        desk.hear(said, store=store, at=desk.clock.now() - timedelta(hours=n))
    client = open_as_manager(desk, sign_in, store)
    first = client.get("/stores/4460?show=praise")
    second = client.get(first.links["Older"])
    words = [quote.text for page in (first, second) for quote in page.all("p", class_="quote__text")]
    assert words == [f"Nice {n}!" for n in range(23)]


def test_a_case_of_several_stores_offers_each_with_one_tap(desk: Desk, sign_in: SignIn) -> None:
    katy, plano = desk.store(number="4471", name="Pellora Katy Mills", city="Katy"), desk.store(number="4480")
    case = desk.open_case(Said(candidates=(candidate(katy, 0.55), candidate(plano, 0.31))))
    client = sign_in(desk.person("agent"))
    page = client.get(f"/cases/{case.id}")
    assert "One of several stores" in page.text
    values = [form.values.get("number") for form in page.forms if form.action.endswith("/store")]
    assert values[:2] == ["4471", "4480"]


def test_who_else_looks_is_said_on_the_case(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILLING)
    priya, bo = sign_in(desk.person("agent", name="Priya Nair")), sign_in(desk.person("agent", name="Bo Li"))
    assert "Priya" not in look(priya, case.id)
    assert "Priya Nair has this case open right now" in look(bo, case.id)


def look(client: PageClient, case_id: int | None) -> str:
    token = client.get("/").form("/next-case").values["csrf_token"]
    headers = {"HX-Request": "true", "X-CSRF-Token": token}
    return client.request("POST", f"/cases/{case_id}/glance", headers=headers).text


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/cases?q=%00x", 200),
        ("/cases?queue=%00", 200),
        ("/cases?page=zzzz", 200),
        (f"/cases?page={Cursor(10**30).write()}", 200),
        ("/cases?owner=99999999999999", 200),
        ("/cases/99999999999999999999999", 422),
        ("/cases/0", 422),
        ("/cases/7", 404),
        ("/stores/%00", 404),
        ("/stores/none", 404),
    ],
)
def test_made_up_addresses_are_answered_in_words(desk: Desk, sign_in: SignIn, url: str, status: int) -> None:
    sign_in(desk.person("agent")).get(url, status=status)


def test_a_made_up_place_in_a_feed_is_its_beginning(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(number="4460")
    desk.hear(PRAISE, store=store)
    client = open_as_manager(desk, sign_in, store)
    for before in ("x", "2026-11-20T15:00:00_1", f"2026-11-20T15:00:00%2B00:00_{10**25}"):
        assert "Ruth Palmer" in client.get(f"/stores/4460?before={before}").text


def test_a_lead_who_came_by_a_stores_digest_sees_what_that_store_needs(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    with desk.database.session(desk.brand_id) as session:
        region = session.get_one(Region, store.region_id)
    cindy = desk.person("lead", name="Cindy Porter", region=region)
    desk.open_case(store=store)
    page = sign_in(cindy, only=store).get("/")
    assert page.h1 == "What needs you now"
    assert "Marcus Bell" in page.text
