"""What a mail about Pages promises: that cases wait is said only where answers really cannot go out."""

from datetime import UTC, datetime

import pytest

from localcare.channels.facebook.core.incidents import IncidentKind
from localcare.digests.core.page_alert import PageTrouble, Stage, build_page_alert

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)


def lead_of(*kinds: IncidentKind, stage: Stage = "lost", page: str = "Pellora Waco") -> str:
    return build_page_alert([PageTrouble(number, kind, page, "", NOW) for number, kind in enumerate(kinds)], stage).lead


@pytest.mark.parametrize("page", ["Pellora Waco", ""])
def test_what_only_ends_soon_keeps_no_case_waiting(page: str) -> None:
    assert lead_of("expiry", page=page).startswith("No case has to wait when this is mended in time.")
    assert "wait" not in lead_of("expiry", stage="still", page=page)
    assert "waited" not in lead_of("expiry", stage="mended", page=page)


@pytest.mark.parametrize("kind", ["subscription", "silence", "version"])
def test_what_stops_no_answer_does_not_say_that_cases_wait(kind: IncidentKind) -> None:
    assert lead_of(kind, "expiry").startswith("Nothing is dropped meanwhile.")


@pytest.mark.parametrize("kind", ["token", "permission"])
def test_what_stops_answers_says_that_cases_wait_whatever_else_is_told(kind: IncidentKind) -> None:
    assert lead_of(kind, "expiry").startswith("Cases wait meanwhile, and nothing is dropped.")
    assert "What waits, waits." in lead_of(kind, stage="still")
    assert "what waited goes out by itself" in lead_of(kind, stage="mended")


def test_it_is_the_token_that_ends_soon_not_the_page() -> None:
    assert (
        build_page_alert([PageTrouble(1, "expiry", "Pellora Waco", "", NOW)], "lost").subject
        == "1 Page: token ends soon"
    )
