"""What is wrong with a Page, by what is known of it; and that every incident says who mends it and how."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from localcare.channels.facebook.core.advice import advice_on
from localcare.channels.facebook.core.incidents import (
    KINDS,
    IncidentKind,
    PageFacts,
    Trouble,
    troubles_of,
    version_trouble,
)
from localcare.channels.facebook.core.subscription import POST_FIELDS, WANTED_FIELDS

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SCOPES = (
    "business_management", "pages_manage_engagement", "pages_manage_metadata", "pages_messaging", "pages_read_engagement",
    "pages_read_user_content", "pages_show_list",
)  # fmt: skip
TASKS = ("CREATE_CONTENT", "MESSAGING", "MODERATE")
WELL = PageFacts(
    page_id="101", health="ok", health_detail="", since=NOW - timedelta(days=9), checked_at=NOW - timedelta(hours=3),
    scopes=SCOPES, tasks=TASKS, subscribed_fields=WANTED_FIELDS, quota_percent=12.0, quota_until=None,
    expected_scopes=SCOPES,
)  # fmt: skip
DEAD = replace(WELL, health="token", health_detail="Facebook does not take the token: it was revoked.", since=NOW)


def kinds(facts: PageFacts) -> list[str]:
    return [trouble.kind for trouble in troubles_of(facts, now=NOW)]


def without(*scopes: str) -> tuple[str, ...]:
    return tuple(scope for scope in SCOPES if scope not in scopes)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (WELL, []),
        (DEAD, []),
        (replace(DEAD, checked_at=NOW), ["token"]),
        (replace(DEAD, checked_at=NOW, subscribed_fields=(), quota_percent=99.0), ["token"]),
        (replace(WELL, health="permission", since=NOW), []),
        (replace(WELL, health="permission", since=NOW, checked_at=NOW), ["permission"]),
        (replace(WELL, tasks=("MODERATE", "CREATE_CONTENT")), ["permission"]),
        (replace(WELL, tasks=()), []),
        (replace(WELL, scopes=without("pages_read_user_content")), ["permission"]),
        (replace(WELL, scopes=without("pages_show_list", "business_management")), []),
        (replace(WELL, scopes=()), []),
        (replace(WELL, subscribed_fields=()), ["subscription"]),
        (replace(WELL, subscribed_fields=POST_FIELDS), ["subscription"]),
        (replace(WELL, subscribed_fields=(), is_connecting=True), []),
        (replace(WELL, subscribed_fields=(), checked_at=None), []),
        (replace(WELL, quota_percent=80.0), []),
        (replace(WELL, quota_percent=80.5), ["quota"]),
        (replace(WELL, quota_until=NOW + timedelta(minutes=9)), ["quota"]),
        (replace(WELL, quota_until=NOW - timedelta(minutes=9)), []),
        (replace(WELL, reading_error="502", unread_since=NOW - timedelta(hours=1)), []),
        (replace(WELL, reading_error="502", unread_since=NOW - timedelta(hours=7)), ["reading"]),
        (replace(WELL, reading_error="502"), ["reading"]),
        (replace(WELL, expires_at=NOW + timedelta(days=8)), []),
        (replace(WELL, expires_at=NOW + timedelta(days=6)), ["expiry"]),
        (replace(WELL, expires_at=NOW + timedelta(days=6), connection_expires_at=NOW + timedelta(days=6)), []),
        (replace(WELL, expires_at=NOW + timedelta(days=6), connection_expires_at=NOW + timedelta(days=60)), ["expiry"]),
        (replace(WELL, data_access_expires_at=NOW + timedelta(days=30)), []),
        (replace(WELL, data_access_expires_at=NOW + timedelta(days=3)), ["expiry"]),
        (replace(WELL, data_access_expires_at=NOW - timedelta(days=3)), ["expiry"]),
        (replace(DEAD, checked_at=NOW, expires_at=NOW), ["token"]),
    ],
)  # fmt: skip
def test_what_is_wrong_follows_from_what_is_known(facts: PageFacts, found: list[str]) -> None:
    assert kinds(facts) == found


def test_a_refusal_that_nobody_looked_into_is_no_lost_token() -> None:
    assert kinds(replace(DEAD, checked_at=NOW - timedelta(seconds=1))) == []


def test_what_the_whole_brand_lacks_is_not_told_of_each_page() -> None:
    lacking = without("pages_messaging")
    assert kinds(replace(WELL, scopes=lacking, expected_scopes=lacking)) == []
    (trouble,) = troubles_of(replace(WELL, scopes=lacking), now=NOW)
    assert "Messenger messages are neither seen nor answered" in trouble.detail


def test_a_missing_permission_is_not_silence() -> None:
    assert "silence" not in kinds(replace(WELL, scopes=without("pages_read_user_content"), tasks=("MODERATE",)))


def test_another_version_is_told_once() -> None:
    assert version_trouble("v26.0", {"v26.0": 5000}) is None
    assert version_trouble("v26.0", {"v26.0": 3, "v27.0": 4997}) == Trouble(
        "version", "Facebook answers as v27.0 where v26.0 was asked for, on 4,997 Pages."
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("everywhere", [False, True])
def test_every_incident_says_what_broke_who_mends_it_and_how(kind: IncidentKind, everywhere: bool) -> None:
    advice = advice_on(kind, everywhere=everywhere)
    assert advice.name
    assert advice.broke
    assert advice.effect.endswith(".")
    assert advice.mender
    assert all(step.endswith((".", "?")) for step in advice.steps)


def test_all_kinds_are_ranked() -> None:
    assert set(KINDS) == set(get_args(IncidentKind))


def test_what_customers_write_and_is_not_shown_any_more_is_said_apart_from_what_will_not_be() -> None:
    past, coming = NOW - timedelta(days=3), NOW + timedelta(days=3)
    (trouble,) = troubles_of(replace(WELL, expires_at=coming, data_access_expires_at=past), now=NOW)
    assert trouble.detail == (
        "The token ends on 23 November 2026. Since 17 November 2026 the token is not shown any more what customers write."
    )
