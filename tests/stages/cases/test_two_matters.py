"""A store matter never hides a bill: two linked cases, each with its queue and clocks, one public voice, undoable."""

import pytest
from sqlalchemy import text

from localcare.cases import handling
from localcare.cases.handling import find_twin
from localcare.cases.models import Case
from localcare.channels.facebook.models import PageAccess
from localcare.errors import ConflictError, InvalidError
from localcare.inbox.service.splitting import also_about, unite
from localcare.inbox.service.which_store import set_store
from localcare.people.models import Person
from localcare.replies.core import UNPACED
from localcare.replies.outbox import Outbox
from localcare.replies.service import Answer, answer_case
from localcare.replies.voice import take_voice
from localcare.routing.service import PolicyShelf
from localcare.stores.models import Store
from tests.stages.desk import Desk, Said
from tests.stages.replies.network import RecordingNetwork

BOTH = Said(
    text="Nobody helped me, and my bill is wrong.", topic="staff-service", matter="store", external_id="p-1",
    thread_id="p-1", also_topic="billing", also_matter="billing", also_tier=2,
)  # fmt: skip


@pytest.fixture
def store(desk: Desk) -> Store:
    with desk.database.session(desk.brand_id) as session:
        session.add(
            PageAccess(
                page_id="990000000000001", brand_id=desk.brand_id, token_encrypted=b"sealed", since=desk.clock.now()
            )
        )
    return desk.store()


@pytest.fixture
def ana(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store)


@pytest.fixture
def bo(desk: Desk) -> Person:
    return desk.person("agent", name="Bo Li")


@pytest.fixture
def pair(desk: Desk, store: Store) -> tuple[Case, Case]:
    main = desk.open_case(BOTH, store=store)
    return main, twin_of(desk, main)


def twin_of(desk: Desk, case: Case) -> Case:
    with desk.database.session(desk.brand_id) as session:
        twin = find_twin(session, case)
        assert twin is not None
        return twin


def say(desk: Desk, person: Person, case: Case, text: str) -> int:
    with desk.acting(person) as hand:
        return answer_case(hand, case.id or 0, Answer(text), undo_seconds=0).id or 0


def test_each_matter_has_its_own_queue_and_clocks(desk: Desk, store: Store, pair: tuple[Case, Case]) -> None:
    main, also = pair
    assert (main.queue, also.queue) == (f"store:{store.number}", "tier2:billing")
    assert (main.is_silent, also.is_silent) == (False, True)
    assert desk.running_clocks_of(main) == desk.running_clocks_of(also) == {"acknowledge", "first_reply", "resolve"}
    assert desk.history_of(main)[-1] == f"Also about billing: case {also.id}."


def test_one_of_both_answers_in_public_and_the_other_waits_on(
    desk: Desk, ana: Person, bo: Person, pair: tuple[Case, Case]
) -> None:
    main, also = pair
    with pytest.raises(ConflictError, match=f"Case {main.id} answers this customer in public"):
        say(desk, bo, also, "We look at the bill.")
    network = RecordingNetwork()
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)
    reply = say(desk, ana, main, "Sorry, Marcus.")
    desk.wait(seconds=30)
    outbox.send(reply, desk.brand_id)
    assert network.posted == [("p-1", "Sorry, Marcus.")]
    desk.answer_natively("p-1", "Sorry, Marcus.", page_id="990000000000001")
    assert (desk.now(main).state, desk.now(main).waiting_since) == ("waiting", None)
    now = desk.now(also)
    assert now.state == "queued"
    assert now.waiting_since is not None, "the bill is not hidden by the store's answer"


def test_the_voice_goes_over_and_the_turn_is_answered_once(
    desk: Desk, ana: Person, bo: Person, pair: tuple[Case, Case]
) -> None:
    main, also = pair
    with desk.acting(bo) as hand:
        take_voice(hand, also.id or 0)
    with pytest.raises(ConflictError, match=f"Case {also.id} answers this customer in public"):
        say(desk, ana, main, "Sorry.")
    say(desk, bo, also, "Marcus, we look at the bill, and Ana calls you.")
    with desk.acting(ana) as hand, pytest.raises(ConflictError, match="on its way"):
        take_voice(hand, main.id or 0)


def test_an_answer_of_the_other_case_counts_for_the_turn(
    desk: Desk, ana: Person, bo: Person, pair: tuple[Case, Case]
) -> None:
    main, also = pair
    say(desk, ana, main, "Sorry, Marcus.")
    with desk.acting(ana) as hand:
        handling.resolve(hand, main.id or 0, how="answered")
    with pytest.raises(ConflictError, match="Ana Ortiz answered this first"):
        say(desk, bo, also, "And the bill.")


def test_one_matter_after_all_and_back(desk: Desk, bo: Person, pair: tuple[Case, Case]) -> None:
    main, also = pair
    with desk.acting(bo) as hand:
        policy = PolicyShelf().policy_of(hand.session, desk.brand_id)
        unite(hand, main.id or 0, policy)
    assert (desk.now(also).state, desk.now(also).merged_into) == ("merged", main.id)
    desk.hear(Said(**{**BOTH.__dict__, "external_id": "p-2", "text": "My bill!"}))
    assert desk.now(also).state == "merged", "a person has said that it is one matter"
    assert desk.now(main).is_open


def test_a_person_makes_a_second_case_by_naming_the_matter(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(Said(external_id="q-1", thread_id="q-1"), store=store)
    with desk.acting(ana) as hand:
        policy = PolicyShelf().policy_of(hand.session, desk.brand_id)
        with pytest.raises(InvalidError):
            also_about(hand, case.id or 0, "staff-service", policy)
        other = also_about(hand, case.id or 0, "network-outage", policy)
        assert (other.queue.partition(":")[2], other.topic, other.is_silent) == ("network", "network-outage", True)
        with pytest.raises(ConflictError, match="already"):
            also_about(hand, case.id or 0, "billing", policy)
    desk.hear(Said(external_id="q-2", thread_id="q-1", text="Anybody?", actionable=False), store=store)
    assert desk.now(other).is_open, "triage does not take it away again"
    with desk.acting(ana) as hand, pytest.raises(ConflictError, match="not the other way round"):
        handling.merge(hand, case.id or 0, other.id or 0)


def test_what_the_customer_takes_back_leaves_neither(desk: Desk, pair: tuple[Case, Case]) -> None:
    desk.remove("p-1")
    for case in pair:
        now = desk.now(case)
        assert (now.is_open, now.author_name, now.excerpt) == (False, None, "")


def test_an_answer_opens_no_second_case_and_hides_none(desk: Desk, store: Store, ana: Person) -> None:
    case = desk.open_case(Said(external_id="q-1", thread_id="q-1"), store=store)
    with desk.database.session(desk.brand_id) as session:
        session.execute(text("update verdict set also_topic = 'billing', also_matter = 'billing', also_tier = 2"))
    network = RecordingNetwork()
    outbox = Outbox(desk.database, desk.clock, lambda _brand, _page: network, pace=UNPACED)
    reply = say(desk, ana, case, "Sorry.")
    desk.wait(seconds=30)
    outbox.send(reply, desk.brand_id)
    assert desk.now(case).waiting_since is None
    desk.wait(minutes=1)
    desk.hear(Said(external_id="q-2", thread_id="q-1", text="Still waiting."), store=store)
    assert twin_of(desk, case).queue == "tier2:billing"


def test_a_store_that_is_told_moves_both_cases(desk: Desk, store: Store) -> None:
    bo = desk.person("agent", name="Bo Li")
    main = desk.open_case(BOTH)
    assert (main.queue, twin_of(desk, main).queue) == ("which-store", "tier2:billing")
    with desk.acting(bo) as hand:
        set_store(hand, twin_of(desk, main).id or 0, store.number, PolicyShelf().policy_of(hand.session, desk.brand_id))
    assert (desk.now(main).queue, desk.now(main).store_id) == (f"store:{store.number}", store.id)
