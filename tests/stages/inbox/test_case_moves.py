"""Merging, “not ours” and taking back, on the pages."""

from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn
from tests.stages.inbox.test_acting import send


def test_two_cases_are_merged_by_a_tap_linked_and_taken_apart_again(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    first = desk.open_case(Said(text="My phone is not there yet.", external_id="p-1"), store=store)
    second = desk.open_case(Said(text="Where is my phone?", external_id="p-2"), store=store)
    client = sign_in(desk.person("agent", name="Bo Li"))
    page = client.get(f"/cases/{second.id}")
    assert f"Case {first.id}, Marcus Bell: “My phone is not there yet.”" in page.text
    merged = send(client, page, "/merging")
    assert f"Merged into case {first.id}." in merged.text
    assert "Merged into" in merged.text
    target = client.get(f"/cases/{first.id}")
    assert "Merged in" in target.text
    assert target.links[f"Case {second.id}, Marcus Bell: “Where is my phone?”"] == f"/cases/{second.id}"
    apart = send(client, client.get(f"/cases/{second.id}"), "/undo")
    assert "Taken back: the case is as it was." in apart.text
    assert desk.now(second).state == "queued"


def test_a_number_that_is_none_is_refused(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case()
    client = sign_in(desk.person("agent", name="Bo Li"))
    refused = client.post_form(client.get(f"/cases/{case.id}"), "/merging", {"into": "the other"}, status=422)
    assert "Say into which case" in refused.text


def test_not_ours_closes_with_a_way_back(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case()
    client = sign_in(desk.person("agent", name="Bo Li"))
    closed = send(client, client.get(f"/cases/{case.id}"), "/not-ours", {"note": "Telmore’s"})
    assert "Closed: not about us." in closed.text
    assert "Not ours" in closed.text
    assert "Take back: says that this is not about us" in closed.text
    send(client, closed, "/undo")
    assert desk.now(case).state == "queued"


def test_a_snooze_is_taken_back_without_losing_the_case(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case()
    bo = desk.person("agent", name="Bo Li")
    client = sign_in(bo)
    page = send(client, client.get(f"/cases/{case.id}"), "/claim")
    woken = send(client, send(client, page, "/snooze", until="hour"), "/undo")
    assert "the case is as it was" in woken.text
    assert (desk.now(case).state, desk.now(case).owner_id) == ("claimed", bo.id)
