"""What people do on the pages, as a browser without JavaScript does it."""

from sqlmodel import select

from localcare.people.models import Person
from localcare.stores.models import Resolution, Store
from tests.pageclient import OpenedPage, PageClient
from tests.stages.desk import Desk, Said, candidate
from tests.stages.inbox.conftest import SignIn

BILLING = Said(text="Charged twice", author="Omari Fields", author_id="u-o", topic="billing", matter="billing", tier=2)


def manager(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store, name="Ana Ortiz")


def send(
    client: PageClient, page: OpenedPage, action: str, values: dict[str, str] | None = None, **button: str
) -> OpenedPage:
    """Press a button of a form; its name and value go along."""
    return client.post_form(page, action, (values or {}) | button)


def resolutions_of(desk: Desk, mention_id: int) -> list[Resolution]:
    with desk.database.session(desk.brand_id) as session:
        query = select(Resolution).where(Resolution.mention_id == mention_id).order_by(Resolution.id)  # type: ignore[arg-type]
        return list(session.exec(query))


def test_an_answer_is_sent_after_a_moment_in_which_it_can_be_taken_back(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    sent = send(client, client.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry, Marcus."})
    assert "Sending in 10 seconds." in sent.text
    assert "Sending in 10 s" in sent.text
    assert "Your answer is on its way" in sent.text
    back = send(client, sent, "/withdrawal")
    assert "Taken back. Nothing was sent" in back.text
    assert back.form("/replies").values["text"].strip() == "Sorry, Marcus."
    assert [reply.state for reply in desk.replies_of(case.id or 0)] == ["undone"]


def test_a_fault_comes_back_with_the_typed_words(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    page = client.get(f"/cases/{case.id}")
    typed = "Your card 4111 1111 1111 1111 was charged, {customer}"
    refused = client.post_form(page, "/replies", {"text": typed}, status=422)
    assert "card number" in refused.text
    assert "placeholder" in refused.text
    assert refused.form("/replies").values["text"].strip() == typed


def test_whoever_comes_second_is_told_who_was_first_and_keeps_the_words(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    ana, bo = sign_in(manager(desk, store)), sign_in(desk.person("agent", name="Bo Li"))
    page = bo.get(f"/cases/{case.id}")
    send(ana, ana.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry, Marcus."})
    refused = bo.post_form(page, "/replies", {"text": "Dear Marcus, we apologize."}, status=409)
    assert "Somebody was first" in refused.text
    assert "Ana Ortiz answered this first, at 10:00 AM on November 20." in refused.text
    assert refused.form("/replies").values["text"].strip() == "Dear Marcus, we apologize."
    assert len(desk.replies_of(case.id or 0)) == 1


def test_the_owner_adds_another_answer_by_ticking_a_box(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    page = send(client, client.get(f"/cases/{case.id}"), "/replies", {"text": "Sorry."})
    client.post_form(page, "/replies", {"text": "And call me."}, status=409)
    send(client, page, "/replies", {"text": "And call me.", "additional": "yes"})
    assert [reply.additional for reply in desk.replies_of(case.id or 0)] == [0, 1]


def test_what_no_program_can_answer_is_copied_answered_there_and_noted(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(Said(kind="review", recommends=False, external_id="rev-1"), store=store)
    client = sign_in(manager(desk, store))
    page = client.get(f"/cases/{case.id}")
    assert "Facebook lets no program answer recommendations any more." in page.text
    assert page.links["Open on Facebook (opens in a new tab)"] == "https://www.facebook.com/rev-1"
    noted = send(client, page, "/replies", {"text": "Sorry, Marcus."})
    assert "Noted: it is answered there." in noted.text
    assert desk.now(case).state == "waiting"
    closed = send(client, noted, "/closure")
    assert "Closed: answered, all is well." in closed.text
    assert not desk.now(case).is_open


def test_not_my_store_is_one_tap_and_teaches_the_resolver(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store(number="4460", name="Pellora Memorial City")
    case = desk.open_case(store=store)
    ana = manager(desk, store)
    client = sign_in(ana)
    page = send(client, client.get(f"/cases/{case.id}"), "/store")
    assert page.h1 == "What needs you now"
    assert "finds out which store it is" in page.text
    now = desk.now(case)
    assert (now.queue, now.store_id, now.resolution_status, now.state) == ("which-store", None, "none", "queued")
    first, second = resolutions_of(desk, case.lead_mention_id)
    assert first.superseded_at is not None
    assert (second.status, second.store_id, second.decided_by) == ("none", None, f"person:{ana.id}")
    assert (
        "Ana Ortiz handed the case to “which store?”. “It is not about Pellora Memorial City, store 4460.”"
        in desk.history_of(case)
    )
    client.get(f"/cases/{case.id}", status=404)


def test_a_new_word_of_the_customer_does_not_bring_back_a_case_that_was_not_mine(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(Said(external_id="p-1", thread_id="p-1"), store=store)
    client = sign_in(manager(desk, store))
    send(client, client.get(f"/cases/{case.id}"), "/store")
    desk.wait(minutes=1)
    desk.hear(Said(text="Anybody?", kind="comment", thread_id="p-1"), store=store)
    assert (desk.now(case).queue, desk.now(case).store_id) == ("which-store", None)


def test_the_centre_names_the_store_with_one_tap_and_the_case_arrives_there(desk: Desk, sign_in: SignIn) -> None:
    katy, plano = desk.store(number="4471"), desk.store(number="4480")
    case = desk.open_case(Said(candidates=(candidate(katy, 0.55), candidate(plano, 0.31))))
    assert case.queue == "which-store"
    client = sign_in(desk.person("agent", name="Priya Nair"))
    page = send(client, client.get(f"/cases/{case.id}"), "/store")
    assert "It goes to Store 4471." in page.text
    now = desk.now(case)
    assert (now.queue, now.store_id, now.resolution_status) == ("store:4471", katy.id, "exact")
    assert desk.running_clocks_of(case) >= {"acknowledge", "first_reply"}
    luis = sign_in(desk.person("manager", store=katy, name="Luis Vega"))
    assert "Marcus Bell" in luis.get("/").text
    assert "Priya Nair says it is store 4471." in luis.get(f"/cases/{case.id}").text


def test_a_store_that_does_not_exist_is_refused(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(Said(candidates=(candidate(desk.store(), 0.5),)))
    client = sign_in(desk.person("agent"))
    page = client.get(f"/cases/{case.id}")
    client.post_form(page, "/store", {"number": "99999"}, status=422)
    assert desk.now(case).queue == "which-store"


def test_a_manager_asks_the_centre_with_one_tap_on_what_it_is_about(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    page = send(client, client.get(f"/cases/{case.id}"), "/centre", {"note": "Bill of last May"}, skill="billing")
    assert "The national team has it now (Billing)." in page.text
    now = desk.now(case)
    assert (now.queue, now.owner_id, now.store_id) == ("tier1:billing", None, store.id)
    assert "“Bill of last May”" in desk.history_of(case)[-1]


def test_a_skill_nobody_has_is_refused(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/centre", {"skill": "magic"}, status=422)
    assert desk.now(case).queue == f"store:{store.number}"


def test_closing_without_an_answer_can_be_undone(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    closed = send(client, client.get(f"/cases/{case.id}"), "/closure", how="settled-in-person")
    assert "Closed: settled in person or by phone." in closed.text
    assert desk.now(case).closed_how == "settled-in-person"
    send(client, closed, "/reopening")
    assert desk.now(case).state == "queued"


def test_an_agent_claims_notes_hands_over_and_escalates(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILLING)
    priya, bo = desk.person("agent", name="Priya Nair", tier=2), desk.person("agent", name="Bo Li", tier=3)
    client = sign_in(priya)
    page = send(client, client.get(f"/cases/{case.id}"), "/claim")
    page = send(client, page, "/notes", {"text": "Refund approved up to $50."})
    assert "Priya Nair left a note." in page.text
    assert "Refund approved up to $50." in page.text
    page = send(client, page, "/handover", {"to": f"person:{bo.id}", "note": "Needs your sign-off"})
    assert desk.now(case).owner_id == bo.id
    assert "Priya Nair handed the case to Bo Li." in page.text
    third_tier = sign_in(bo)
    send(third_tier, third_tier.get(f"/cases/{case.id}"), "/escalation", {"to": "tier3:billing", "note": ""})
    now = desk.now(case)
    assert (now.queue, now.tier, now.state, now.owner_id) == ("tier3:billing", 3, "escalated", None)


def test_a_manager_hands_over_to_the_deputy_and_to_nobody_elsewhere(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    ana = manager(desk, store)
    kim = desk.person("deputy", store=store, name="Kim Tran")
    luis = desk.person("manager", store=desk.store(), name="Luis Vega")
    case = desk.open_case(store=store)
    client = sign_in(ana)
    page = client.get(f"/cases/{case.id}")
    assert "Kim Tran (deputy)" in page.text
    assert "Luis Vega" not in page.text
    client.post_form(page, "/handover", {"to": f"person:{luis.id}"}, status=404)
    send(client, page, "/handover", {"to": f"person:{kim.id}"})
    assert desk.now(case).owner_id == kim.id


def test_a_snoozed_case_leaves_the_first_screen_and_can_be_woken(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    page = send(client, client.get(f"/cases/{case.id}"), "/snooze", until="tomorrow")
    assert "It comes back tomorrow at nine" in page.text
    assert "All caught up" in page.text
    send(client, page, "/undo")
    assert "Marcus Bell" in client.get("/").text


def test_an_empty_note_is_not_kept(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    client = sign_in(manager(desk, store))
    client.post_form(client.get(f"/cases/{case.id}"), "/notes", {"text": "  "}, status=422)
    assert len(desk.history_of(case)) == 2
