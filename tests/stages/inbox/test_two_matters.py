"""Two matters of one customer on the pages: linked, one public voice, made and undone by a tap."""

from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn
from tests.stages.inbox.test_acting import send

BOTH = Said(
    text="Nobody helped me, and my bill is wrong.", topic="staff-service", matter="store",
    also_topic="billing", also_matter="billing", also_tier=2,
)  # fmt: skip


def test_both_pages_lead_to_each_other_and_one_of_them_answers(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    main = desk.open_case(BOTH, store=store)
    ana, bo = sign_in(desk.person("manager", store=store)), sign_in(desk.person("agent", name="Bo Li"))
    page = ana.get(f"/cases/{main.id}")
    for words in (
        "Also about billing",
        "The other case",
        "This case answers the customer in public.",
        "Billing, tier 2",
    ):
        assert words in page.text
    other = bo.get(page.links["The other case"])
    for words in ("Also about staff and service", "That case answers", "The other case answers in public"):
        assert words in other.text
    assert not [form for form in other.forms if form.action.endswith("/replies")], "no second public answer is offered"
    spoken = send(bo, other, "/voice")
    assert "You answer this customer in public from here." in spoken.text
    assert spoken.form("/replies")
    assert "That case answers the customer in public." in ana.get(f"/cases/{main.id}").text


def test_a_second_case_is_made_by_one_tap_and_merged_back(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(store=store)
    ana = sign_in(desk.person("manager", store=store))
    page = ana.get(f"/cases/{case.id}")
    assert "It is also about something else" in page.text
    split = send(ana, page, "/second-matter", topic="billing")
    assert "about billing is with Billing, tier 2. This one stays as it is." in split.text
    assert "It is also about something else" not in split.text
    united = send(ana, split, "/one-matter")
    assert "One matter again" in united.text
    assert "Merged in" in united.text
    back = ana.get(united.links[next(words for words in united.links if words.startswith("Case "))])
    undone = send(ana, back, "/undo")
    assert "Also about" in undone.text
