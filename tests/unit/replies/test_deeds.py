"""Who may edit, delete, hide and like what."""

import pytest

from localcare.replies.core import (
    HIDING_REASONS,
    Deed,
    OwnWords,
    Who,
    find_hiding_fault,
    history_line,
    why_not_deed,
    why_not_own,
)

ANA = 7
OWN = OwnWords("comment", "facebook", ANA, "Ana Ortiz")


@pytest.mark.parametrize("deed", [Deed.EDIT, Deed.DELETE])
@pytest.mark.parametrize(
    ("who", "may"),
    [
        (Who(ANA, runs_store=False, supervises=False), True),
        (Who(8, runs_store=False, supervises=False), False),
        (Who(8, runs_store=True, supervises=False), True),
        (Who(8, runs_store=False, supervises=True), True),
    ],
)
def test_an_answer_is_changed_by_its_author_the_manager_or_a_supervisor(deed: Deed, who: Who, may: bool) -> None:
    why = why_not_own(OWN, deed, who)
    assert (why == "") is may
    assert may or "Ana Ortiz" in why


@pytest.mark.parametrize("kind", ["message", "private", "by-hand"])
def test_what_was_delivered_privately_stays(kind: str) -> None:
    own = OwnWords(kind, "facebook", ANA, "Ana Ortiz")
    assert why_not_own(own, Deed.DELETE, Who(ANA, runs_store=True, supervises=True))


def test_instagram_deletes_and_does_not_edit() -> None:
    own, who = OwnWords("comment", "instagram", ANA, "Ana Ortiz"), Who(ANA, runs_store=False, supervises=False)
    assert why_not_own(own, Deed.EDIT, who)
    assert why_not_own(own, Deed.DELETE, who) == ""


@pytest.mark.parametrize(
    ("channel", "kind", "deed", "is_hidden", "may"),
    [
        ("facebook", "comment", Deed.HIDE, False, True),
        ("facebook", "post", Deed.HIDE, False, True),
        ("facebook", "comment", Deed.HIDE, True, False),
        ("facebook", "comment", Deed.UNHIDE, True, True),
        ("facebook", "comment", Deed.UNHIDE, False, False),
        ("facebook", "comment", Deed.LIKE, False, True),
        ("instagram", "comment", Deed.HIDE, False, True),
        ("instagram", "comment", Deed.LIKE, False, False),
        ("instagram", "post", Deed.HIDE, False, False),
        ("facebook", "message", Deed.HIDE, False, False),
        ("facebook", "review", Deed.HIDE, False, False),
        ("csv", "comment", Deed.LIKE, False, False),
    ],
)
def test_what_can_be_done_to_a_customers_words(channel: str, kind: str, deed: Deed, is_hidden: bool, may: bool) -> None:
    assert (why_not_deed(channel, kind, deed, is_hidden=is_hidden) == "") is may


def test_nothing_is_hidden_without_a_reason() -> None:
    assert find_hiding_fault("", "")
    assert find_hiding_fault("complains", "")
    assert find_hiding_fault("other", "  ")
    assert find_hiding_fault("other", "shows a child") == ""
    assert all(find_hiding_fault(reason, "") == "" for reason in HIDING_REASONS if reason != "other")


@pytest.mark.parametrize("deed", Deed)
def test_history_tells_every_deed(deed: Deed) -> None:
    assert history_line(deed, "spam").endswith(". “spam”")
