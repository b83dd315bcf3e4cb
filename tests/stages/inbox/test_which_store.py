"""The queue “which store?”: one tap, a search, none of ours, the ready question, the way back, and what it teaches."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from localcare.people.models import Brand, Person
from localcare.stores.core.values import Answer, Candidate, Evidence, ResolvedMention
from localcare.stores.models import AliasVote, Resolution, Store, StoreAlias
from localcare.stores.service import record_resolutions
from tests.factories import make_brand, make_store
from tests.stages.desk import Desk, Said, candidate
from tests.stages.inbox.conftest import SignIn

GALLERIA = "Waited an hour at the Galleria store, nobody said a word."


@pytest.fixture
def katy(desk: Desk) -> Store:
    return desk.store(number="4471", name="Pellora Katy Mills", city="Katy", zip_code="77494")


@pytest.fixture
def plano(desk: Desk) -> Store:
    return desk.store(number="4480", name="Pellora Willow Bend", city="Plano", zip_code="75093")


def in_doubt(*stores: Store, **said: object) -> Said:
    """Words that may be about these stores, the first the likeliest."""
    chances = (0.55, 0.31, 0.09)
    candidates = tuple(candidate(store, chance) for store, chance in zip(stores, chances, strict=False))
    return Said(candidates=candidates, **said)  # type: ignore[arg-type]


def agent(desk: Desk, name: str = "Priya Nair") -> Person:
    return desk.person("agent", name=name)


def aliases_of(desk: Desk) -> dict[str, tuple[str, int]]:
    """Learned names: state and store."""
    with desk.database.session(desk.brand_id) as session:
        return {each.words: (each.state, each.store_id) for each in session.exec(select(StoreAlias))}


def version_of(desk: Desk) -> int:
    with desk.database.session(None) as session:
        return session.get_one(Brand, desk.brand_id).directory_version


def test_an_administrator_may_place_a_case_and_answers_nobody(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store
) -> None:
    case = desk.open_case(in_doubt(plano, katy))
    client = sign_in(desk.person("administrator", name="Ines Ortiz"))
    page = client.get(f"/cases/{case.id}")
    assert len(page.all("button", class_="store-choice")) == 2
    assert "Ask the customer" not in page.text
    assert "UTC." in page.text
    assert "UTC UTC" not in page.text
    # the home of administrators, where it leads, is no part of this app
    client.post_form(page, f"/cases/{case.id}/store", {"number": "4471"}, status=404)
    assert desk.now(case).store_id == katy.id


def test_the_likeliest_stores_stand_first_with_evidence_and_a_key_each(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store
) -> None:
    case = desk.open_case(in_doubt(plano, katy))
    page = sign_in(agent(desk)).get(f"/cases/{case.id}")
    buttons = page.all("button", class_="store-choice")
    assert [button.get("data-key") for button in buttons] == ["1", "2"]
    assert "Pellora Willow Bend, #4480" in page.text
    assert "55 % sure" in page.text
    assert "303 Memorial City Way, Plano, TX 75093" in page.text
    assert "The text says “Katy”" in page.text


def test_one_tap_sends_the_case_to_the_store(desk: Desk, sign_in: SignIn, katy: Store, plano: Store) -> None:
    case = desk.open_case(in_doubt(plano, katy))
    client = sign_in(agent(desk))
    page = client.post_form(client.get(f"/cases/{case.id}"), "/store")
    assert "It goes to Store 4480." in page.text
    assert (desk.now(case).queue, desk.now(case).store_id) == ("store:4480", plano.id)


@pytest.mark.parametrize("words", ["4471", "#4471", "katy mills", "Katy", "77494", "memorial city way", "  KATY "])
def test_any_other_store_is_found_by_what_people_know_of_it(
    desk: Desk, sign_in: SignIn, katy: Store, words: str
) -> None:
    case = desk.open_case(Said())
    client = sign_in(agent(desk))
    page = client.get(f"/cases/{case.id}?find={words.replace('#', '%23')}")
    assert "Pellora Katy Mills, #4471" in page.text
    client.post_form(page, "/store")
    assert desk.now(case).store_id == katy.id


def test_a_search_that_finds_nothing_says_what_to_try(desk: Desk, sign_in: SignIn, katy: Store) -> None:
    case = desk.open_case(Said())
    client = sign_in(agent(desk))
    for words in ("Nowhere", "100%", "_", "'; drop table store"):
        assert "No open store is called so." in client.get(f"/cases/{case.id}?find={words}").text


def test_the_search_answers_htmx_with_what_it_found_alone(desk: Desk, sign_in: SignIn, katy: Store) -> None:
    case = desk.open_case(Said())
    client = sign_in(agent(desk))
    headers = {"HX-Request": "true", "HX-Target": "found-stores"}
    response = client.request("GET", f"/cases/{case.id}?find=katy", headers=headers)
    assert response.text.lstrip().startswith('<div id="found-stores"')
    assert "Pellora Katy Mills" in response.text


def test_another_brands_store_is_never_found(desk: Desk, sign_in: SignIn) -> None:
    with desk.database.session(None) as session:
        other = make_brand(session, name="Other")
        make_store(session, other, number="7777", name="Hidden Harbor")
    case = desk.open_case(Said())
    client = sign_in(agent(desk))
    assert "Hidden" not in client.get(f"/cases/{case.id}?find=Hidden").text
    client.post_form(client.get(f"/cases/{case.id}?find=Hidden"), "/no-store")
    client.request("POST", f"/cases/{case.id}/store", data={"number": "7777"})
    assert desk.now(case).store_id is None


def test_none_of_ours_goes_to_the_national_team_and_is_not_asked_again(
    desk: Desk, sign_in: SignIn, katy: Store
) -> None:
    case = desk.open_case(in_doubt(katy))
    client = sign_in(agent(desk))
    page = client.post_form(client.get(f"/cases/{case.id}"), "/no-store")
    assert "It is none of our stores. It goes to General, tier 1." in page.text
    assert (desk.now(case).queue, desk.now(case).store_id) == ("tier1:general", None)
    assert "Priya Nair says it is about none of our stores." in page.text


def test_a_store_has_no_button_for_none_of_ours(desk: Desk, sign_in: SignIn, katy: Store) -> None:
    case = desk.open_case(store=katy)
    page = sign_in(desk.person("manager", store=katy)).get(f"/cases/{case.id}")
    assert not [form for form in page.forms if form.action.endswith("/no-store")]


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", "Hi Marcus, we are sorry", "If not, the street, the mall or the city helps us find it."),
        ("es", "Hola, Marcus. Lo sentimos", "Si no, díganos la calle, el centro comercial o la ciudad."),
    ],
)
def test_the_question_is_ready_in_the_customers_language_and_names_the_likeliest(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store, language: str, first: str, last: str
) -> None:
    case = desk.open_case(in_doubt(plano, katy))
    client = sign_in(agent(desk))
    assert "Ask the customer in English" in client.get(f"/cases/{case.id}").text
    page = client.get(f"/cases/{case.id}?ask={language}")
    text = page.form("/replies").values["text"].strip()
    assert text.startswith(first)
    assert text.endswith(last)
    assert "Pellora Willow Bend (303 Memorial City Way, Plano)" in text
    assert "Pellora Katy Mills (303 Memorial City Way, Katy)" in text
    sent = client.post_form(page, "/replies")
    assert "Sending in 10 seconds." in sent.text


def test_a_decision_is_taken_back_with_one_tap_and_the_case_is_in_doubt_again(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store
) -> None:
    case = desk.open_case(in_doubt(plano, katy, text=GALLERIA))
    client = sign_in(agent(desk))
    page = client.post_form(client.get(f"/cases/{case.id}"), "/store")
    assert aliases_of(desk) == {"galleria": ("proposed", plano.id)}
    back = client.post_form(page, "/store/withdrawal")
    assert "Taken back. The case is with Which store? again." in back.text
    now = desk.now(case)
    assert (now.queue, now.store_id, now.resolution_status) == ("which-store", None, "ambiguous")
    assert "Pellora Willow Bend, #4480" in back.text
    with desk.database.session(desk.brand_id) as session:
        assert session.exec(select(AliasVote)).one().undone_at is not None
        assert session.exec(select(StoreAlias)).one().supports == 0


def test_a_manager_takes_not_my_store_back_although_the_case_has_left(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store
) -> None:
    case = desk.open_case(store=katy)
    ana, luis = desk.person("manager", store=katy), desk.person("manager", store=plano, name="Luis Vega")
    client = sign_in(ana)
    gone = client.post_form(client.get(f"/cases/{case.id}"), "/store")
    assert desk.now(case).queue == "which-store"
    stranger = sign_in(luis)
    own = desk.open_case(Said(author_id="u-own"), store=plano)
    token = stranger.get(f"/cases/{own.id}").form("/store").values["csrf_token"]
    answer = stranger.request("POST", f"/cases/{case.id}/store/withdrawal", data={"csrf_token": token})
    assert (answer.status_code, desk.now(case).queue) == (404, "which-store")
    client.post_form(gone, "/store/withdrawal")
    assert (desk.now(case).queue, desk.now(case).store_id) == ("store:4471", katy.id)


def test_what_a_colleague_has_in_hand_is_not_pulled_away(desk: Desk, sign_in: SignIn, katy: Store) -> None:
    case = desk.open_case(in_doubt(katy))
    client, luis = sign_in(agent(desk)), sign_in(desk.person("manager", store=katy, name="Luis Vega"))
    page = client.post_form(client.get(f"/cases/{case.id}"), "/store")
    luis.post_form(luis.get(f"/cases/{case.id}"), "/claim")
    client.post_form(page, "/store/withdrawal", status=409)
    assert desk.now(case).store_id == katy.id


def test_a_supervisor_takes_back_what_anybody_decided_and_an_agent_does_not(
    desk: Desk, sign_in: SignIn, katy: Store
) -> None:
    case = desk.open_case(in_doubt(katy))
    priya = sign_in(agent(desk))
    page = priya.post_form(priya.get(f"/cases/{case.id}"), "/store")
    bo = sign_in(agent(desk, "Bo Li"))
    assert not [form for form in bo.get(f"/cases/{case.id}").forms if form.action.endswith("/store/withdrawal")]
    token = bo.get(f"/cases/{case.id}").form("/store").values["csrf_token"]
    assert page.form("/store/withdrawal")
    assert bo.request("POST", f"/cases/{case.id}/store/withdrawal", data={"csrf_token": token}).status_code in (
        403,
        409,
    )
    theo = sign_in(desk.person("supervisor", name="Theo Marsh"))
    theo.post_form(theo.get(f"/cases/{case.id}"), "/store/withdrawal")
    assert desk.now(case).queue == "which-store"


def decide(desk: Desk, sign_in: SignIn, store: Store, *, by: Person, customer: str, text: str = GALLERIA) -> int:
    """Somebody decides that a customer's words are about a store; returns the case."""
    case = desk.open_case(in_doubt(store, text=text, author=f"Customer {customer}", author_id=customer))
    client = sign_in(by)
    client.post_form(client.get(f"/cases/{case.id}"), "/store")
    return case.id or 0


def test_three_independent_voices_put_a_name_in_use_and_tell_every_worker(
    desk: Desk, sign_in: SignIn, plano: Store
) -> None:
    before = version_of(desk)
    for number, name in enumerate(("Priya Nair", "Bo Li", "Mei Chen")):
        assert aliases_of(desk).get("galleria", ("proposed", 0))[0] == "proposed"
        decide(desk, sign_in, plano, by=agent(desk, name), customer=f"u-{number}")
    assert aliases_of(desk) == {"galleria": ("active", plano.id)}
    assert version_of(desk) == before + 1


def test_one_persons_mistake_poisons_nothing(desk: Desk, sign_in: SignIn, plano: Store) -> None:
    priya = agent(desk)
    for number in range(5):
        decide(desk, sign_in, plano, by=priya, customer=f"u-{number}")
    assert aliases_of(desk) == {"galleria": ("proposed", plano.id)}


def test_one_customer_poisons_nothing(desk: Desk, sign_in: SignIn, plano: Store) -> None:
    for name in ("Priya Nair", "Bo Li", "Mei Chen", "Ike Brown"):
        decide(desk, sign_in, plano, by=agent(desk, name), customer="u-same")
    assert aliases_of(desk) == {"galleria": ("proposed", plano.id)}


def test_a_vote_that_is_taken_back_takes_the_name_out_of_use(desk: Desk, sign_in: SignIn, plano: Store) -> None:
    people = [agent(desk, name) for name in ("Priya Nair", "Bo Li", "Mei Chen")]
    cases = [decide(desk, sign_in, plano, by=each, customer=f"u-{each.id}") for each in people]
    before = version_of(desk)
    client = sign_in(people[0])
    client.post_form(client.get(f"/cases/{cases[0]}"), "/store/withdrawal")
    assert aliases_of(desk) == {"galleria": ("proposed", plano.id)}
    assert version_of(desk) == before + 1


def test_not_my_store_speaks_against_the_name(desk: Desk, sign_in: SignIn, plano: Store) -> None:
    people = [agent(desk, name) for name in ("Priya Nair", "Bo Li", "Mei Chen")]
    for each in people:
        decide(desk, sign_in, plano, by=each, customer=f"u-{each.id}")
    for number in range(2):
        case = desk.open_case(Said(text=GALLERIA, author_id=f"u-no-{number}"), store=plano)
        client = sign_in(desk.person("manager", store=plano, name=f"Manager {number}"))
        client.post_form(client.get(f"/cases/{case.id}"), "/store")
    assert aliases_of(desk) == {"galleria": ("retired", plano.id)}


def test_what_one_brand_learns_no_other_brand_knows(desk: Desk, sign_in: SignIn, plano: Store) -> None:
    decide(desk, sign_in, plano, by=agent(desk), customer="u-1")
    with desk.database.session(None) as session:
        other = make_brand(session, name="Other")
    assert other.id is not None
    with desk.database.session(other.id) as session:
        assert session.exec(select(StoreAlias)).all() == []
        assert session.exec(select(AliasVote)).all() == []


@pytest.fixture
def taught(desk: Desk, sign_in: SignIn, plano: Store) -> Callable[[], dict[str, tuple[str, int]]]:
    """One vote for a name."""
    decide(desk, sign_in, plano, by=agent(desk), customer="u-1")
    return lambda: aliases_of(desk)


def test_a_supervisor_sees_who_taught_what_and_takes_it_back(
    desk: Desk, sign_in: SignIn, taught: Callable[[], dict[str, tuple[str, int]]]
) -> None:
    client = sign_in(desk.person("supervisor", name="Theo Marsh"))
    page = client.get("/supervise/learned?state=proposed")
    assert "“galleria”" in page.text
    assert "1 independent voice for it, 0 against" in page.text
    assert "Priya Nair said that it is this store" in page.text
    back = client.post_form(page, "/withdrawal")
    assert "0 independent voices for it" in back.text
    assert "taken back" in back.text


def test_a_supervisor_decides_by_hand_and_lets_the_votes_decide_again(
    desk: Desk, sign_in: SignIn, plano: Store, taught: Callable[[], dict[str, tuple[str, int]]]
) -> None:
    client = sign_in(desk.person("supervisor", name="Theo Marsh"))
    before = version_of(desk)
    page = client.get("/supervise/learned?state=proposed")
    client.request("POST", page.form("/state").action, data=page.form("/state").values | {"state": "active"})
    assert taught() == {"galleria": ("active", plano.id)}
    assert version_of(desk) > before
    decide(desk, sign_in, desk.store(number="4999"), by=agent(desk, "Bo Li"), customer="u-2")
    assert aliases_of(desk)["galleria"][0] in ("active", "proposed")
    page = client.get("/supervise/learned?state=active")
    assert "Theo Marsh put it in use" in page.text
    client.request("POST", page.form("/state").action, data=page.form("/state").values | {"state": ""})
    with desk.database.session(desk.brand_id) as session:
        states = session.exec(select(StoreAlias.state).where(StoreAlias.store_id == plano.id)).all()
        assert states == ["proposed"]


@pytest.mark.parametrize("role", ["agent", "manager", "lead"])
def test_what_was_learned_is_for_whoever_runs_the_queues(desk: Desk, sign_in: SignIn, katy: Store, role: str) -> None:
    store = katy if role != "agent" else None
    sign_in(desk.person(role, store=store)).get("/supervise/learned", status=403)


def test_the_page_says_what_spoke_against_and_what_else_it_could_be(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store
) -> None:
    against = Evidence("against", "the text names another store than the Page it stands on")
    first = Candidate(
        katy.id or 0, katy.number, 0.6, (Evidence("page", "it stands on the Page of store 4471"), against)
    )
    case = desk.open_case(Said(candidates=(first, candidate(plano, 0.3, "0.2 km from the fix, next store 5.1 km"))))
    page = sign_in(agent(desk)).get(f"/cases/{case.id}")
    assert "The text names another store than the Page it stands on." in page.text
    assert "0.2 km from the fix, next store 5.1 km." in page.text


def test_the_resolver_never_overrules_a_persons_decision(
    desk: Desk, sign_in: SignIn, katy: Store, plano: Store
) -> None:
    case = desk.open_case(in_doubt(plano, katy))
    client = sign_in(agent(desk))
    client.post_form(client.get(f"/cases/{case.id}"), "/store")
    with desk.database.session(desk.brand_id) as session:
        answer = Answer("exact", katy.id, 1.0, (candidate(katy, 1.0),))
        again = ResolvedMention(case.lead_mention_id, case.last_customer_at, answer)
        record_resolutions(session, desk.brand_id, [again], now=desk.clock.now())
    with desk.database.session(desk.brand_id) as session:
        current = select(Resolution.store_id).where(col(Resolution.superseded_at).is_(None))
        assert session.exec(current).one() == plano.id
