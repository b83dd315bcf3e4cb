"""What a conversation asks for, as tables."""

from datetime import UTC, datetime, timedelta

from localcare.cases.core import CaseDecision, Conversation, CustomerWord, KnownCase, State, decide, open_by_hand

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def word(minute: int, *, asks: bool = True, received: int | None = None, **parts: object) -> CustomerWord:
    given: dict[str, object] = {
        "mention_id": minute, "external_id": f"w{minute}", "created_at": at(minute),
        "received_at": at(minute if received is None else received), "channel": "facebook", "kind": "comment",
        "page_id": "1", "author_external_id": "77", "author_name": "Kim", "excerpt": f"word {minute}", "actionable": asks,
        "topic": "waiting", "tier": 1, "matter": "store", "sentiment": "negative", "urgency": "normal", "risks": (),
        "language": "en", "store_id": 7, "resolution_status": "exact", "resolved_by_hand": False,
    }  # fmt: skip
    return CustomerWord(**(given | parts))  # type: ignore[arg-type]


def talk(*words: CustomerWord, page: int | None = None) -> Conversation:
    return Conversation("key", words, at(page) if page is not None else None)


def known(decision: CaseDecision | None, **parts: object) -> KnownCase:
    """The case that a decision has made, as the next decision finds it."""
    assert decision is not None
    given: dict[str, object] = {
        "id": 1, "state": decision.state, "summary": decision.summary, "owner_id": None, "opened_by_hand": False,
        "routed_by_hand": False, "waiting_since": decision.waiting_since, "replied_at": None, "closed_at": None,
        "is_withdrawn": decision.closed_how == "withdrawn", "answered_at": decision.answered_at,
    }  # fmt: skip
    return KnownCase(**(given | parts))  # type: ignore[arg-type]


def test_praise_opens_nothing() -> None:
    assert decide(talk(word(1, asks=False)), None) is None


def test_a_question_opens_a_case_that_waits_since_it_was_asked() -> None:
    decision = decide(talk(word(1, asks=False), word(2), word(3)), None)
    assert decision is not None
    assert (decision.state, decision.waiting_since, decision.word_ids) == (State.QUEUED, at(2), (1, 2, 3))


def test_a_question_the_page_has_answered_already_waits_for_nobody() -> None:
    decision = decide(talk(word(1), page=5), None)
    assert decision is not None
    assert (decision.state, decision.waiting_since) == (State.WAITING, None)


def test_nothing_new_changes_nothing() -> None:
    conversation = talk(word(1))
    assert decide(conversation, known(decide(conversation, None))) is None


def test_thanks_after_the_answer_do_not_wake_the_case() -> None:
    case = known(decide(talk(word(1), page=5), None))
    decision = decide(talk(word(1), word(9, asks=False), page=5), case)
    assert decision is not None
    assert decision.state is State.WAITING


def test_a_new_question_after_closing_reopens() -> None:
    case = known(decide(talk(word(1)), None), state=State.RESOLVED, closed_at=at(10), waiting_since=None)
    decision = decide(talk(word(1), word(12)), case)
    assert decision is not None
    assert (decision.state, decision.waiting_since) == (State.QUEUED, at(12))
    assert decision.happened[0].kind == "reopened"


def test_closing_settles_what_was_there_and_not_what_is_told_late() -> None:
    case = known(decide(talk(word(1)), None), state=State.RESOLVED, closed_at=at(10), waiting_since=None)
    assert decide(talk(word(1)), case) is None
    late = decide(talk(word(1), word(2, received=30)), case)
    assert late is not None
    assert late.waiting_since == at(2)


def test_words_taken_back_withdraw_the_case_and_count_as_never_said() -> None:
    opened = known(decide(talk(word(1)), None))
    withdrawn = decide(talk(), opened)
    assert withdrawn is not None
    assert (withdrawn.state, withdrawn.closed_how) == (State.RESOLVED, "withdrawn")
    again = decide(talk(word(1)), known(withdrawn, closed_at=at(60)))
    assert again is not None
    assert (again.state, again.waiting_since) == (State.QUEUED, at(1))


def test_what_a_person_holds_no_edit_takes_away() -> None:
    case = known(decide(talk(word(1)), None), owner_id=5, state=State.CLAIMED)
    decision = decide(talk(word(1, asks=False)), case)
    assert decision is None or decision.state is not State.RESOLVED


def test_a_new_word_wakes_a_snoozed_case_and_keeps_its_owner() -> None:
    case = known(decide(talk(word(1)), None), owner_id=5, state=State.SNOOZED)
    decision = decide(talk(word(1), word(8)), case)
    assert decision is not None
    assert decision.state is State.CLAIMED


def test_the_most_urgent_word_leads_and_risks_add_up() -> None:
    words = (word(1, urgency="critical", risks=("safety",), topic="store-condition"), word(2, risks=("legal",), tier=3))
    decision = decide(talk(*words), None)
    assert decision is not None
    summary = decision.summary
    assert (summary.topic, summary.urgency, summary.risks, summary.tier) == (
        "store-condition",
        "critical",
        ("legal", "safety"),
        3,
    )


def test_a_store_chosen_by_hand_outweighs_a_better_guess() -> None:
    words = (word(1, store_id=9, resolution_status="likely", resolved_by_hand=True), word(2, store_id=7))
    decision = decide(talk(*words), None)
    assert decision is not None
    assert decision.summary.store_id == 9


def test_one_tap_makes_a_case_of_praise() -> None:
    decision = open_by_hand(talk(word(1, asks=False)), None, who="Ana")
    assert decision is not None
    assert (decision.state, decision.waiting_since) == (State.QUEUED, at(1))
    assert "Ana" in decision.happened[0].detail


def test_a_case_in_somebodys_hand_is_not_routed_again() -> None:
    mine = known(decide(talk(word(1)), None), owner_id=5, state=State.CLAIMED)
    free = known(decide(talk(word(1)), None))
    changed = talk(word(1, matter="billing"))
    assert decide(changed, mine).wants_route is False  # type: ignore[union-attr]
    assert decide(changed, free).wants_route is True  # type: ignore[union-attr]
