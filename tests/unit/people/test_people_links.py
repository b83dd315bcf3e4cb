"""What links open, and where they may lead."""

from datetime import UTC, datetime, timedelta

import pytest

from localcare.people.core.links import API_SCOPES, LINK_LIFE, Link, own_path, scope_covers, with_target

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/cases/12?tab=history", "/cases/12?tab=history"),
        ("", "/"),
        (None, "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("cases/12", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in?next=/sign-in", "/"),
        ("/d/abc", "/"),
    ],
)
def test_a_sign_in_leads_to_a_page_of_this_site_only(target: str | None, path: str) -> None:
    assert own_path(target) == path


def test_one_digest_link_serves_every_line() -> None:
    assert (
        with_target("https://care.example/d/abc", "/cases/12?a=b") == "https://care.example/d/abc?to=/cases/12%3Fa%3Db"
    )


@pytest.mark.parametrize(
    ("purpose", "store_id", "used", "after", "is_open"),
    [
        ("sign-in", None, False, timedelta(minutes=14), True),
        ("sign-in", None, True, timedelta(minutes=14), False),
        ("sign-in", None, False, timedelta(minutes=15), False),
        ("digest", 5, True, timedelta(hours=71), True),
        ("digest", 5, False, timedelta(hours=72), False),
        ("digest", None, True, timedelta(hours=1), False),
    ],
)
def test_a_link_that_opens_one_store_works_often_others_once(
    purpose: str, store_id: int | None, used: bool, after: timedelta, is_open: bool
) -> None:
    link = Link(1, "Ana", 1, purpose, "/", store_id, NOW + LINK_LIFE[purpose], NOW if used else None)
    assert link.is_open(NOW + after) is is_open


@pytest.mark.parametrize(
    ("granted", "wanted", "covers"),
    [
        (["cases:read"], "cases:read", True),
        (["cases:read"], "cases:write", False),
        (["cases:read"], "mentions:read", False),
        (["read"], "mentions:read", True),
        (["read"], "cases:write", False),
        ([], "cases:read", False),
    ],
)
def test_a_token_may_do_what_its_scopes_say(granted: list[str], wanted: str, covers: bool) -> None:
    assert scope_covers(granted, wanted) is covers
    assert wanted in API_SCOPES
