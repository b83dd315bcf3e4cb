"""What was done to a store and what follows from it, in words; rows left out as a file."""

from datetime import UTC, datetime, timedelta

import pytest

from localcare.inbox.admin.import_details import RefusedRow, refused_file
from localcare.inbox.admin.stores.following import what_follows
from localcare.inbox.admin.stores.question import StoreQuestion
from localcare.inbox.admin.stores.wording import ChangeFacts, FactLine, change_line, fact_lines

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
REGIONS = {7: "Texas"}


def change(kind: str, before: dict[str, object] | None = None, after: dict[str, object] | None = None) -> ChangeFacts:
    return ChangeFacts(5, 1, kind, before or {}, after or {}, NOW, NOW, "Dana Whitfield", None, None, None)


@pytest.mark.parametrize(
    ("kept", "what"),
    [
        (change("edited", {"phone": "1", "hours": None}, {"phone": "2", "hours": "24/7"}), "changed phone and hours"),
        (change("edited", {"region_id": 7}, {"region_id": 8}), "changed region"),
        (change("merged", {"closed_on": None}, {"successor_number": "4002"}), "merged it into store 4002"),
        (change("closed", {"closed_on": None}, {"closed_on": "2026-11-20"}), "closed the store"),
        (change("imported", {}, {"number": "1"}), "brought from a file: a new store"),
        (change("imported", {"name": "A"}, {"name": "B"}), "brought from a file name"),
        (change("page-linked", {}, {"name": "Katy", "page_id": "9", "kind": "duplicate"}),
         "linked the Page Katy (9) as a duplicate"),
        (change("page-unlinked", {"name": "Katy", "page_id": "9"}), "ended the link of the Page Katy (9)"),
        (change("alias-added", {}, {"kind": "mall", "words": "the Galleria"}), "added the mall “the Galleria”"),
        (change("alias-removed", {"kind": "nickname", "words": "Big One"}), "retired the nickname “Big One”"),
        (change("undone", {}, {"kind": "alias-added"}), "took a change back (alias added)"),
        (change("something-new"), "something-new"),
    ],
)  # fmt: skip
def test_every_change_has_words(kept: ChangeFacts, what: str) -> None:
    assert change_line(kept, REGIONS).what == what


def test_facts_are_told_in_the_order_of_the_page_and_only_where_they_differ() -> None:
    before = {"phone": "1", "region_id": 7, "latitude": 29.5, "nicknames": [], "name": "A"}
    after = {"phone": None, "region_id": 9, "latitude": 29.51234567, "nicknames": ["x", "y"], "name": "A"}
    assert fact_lines(before, after, REGIONS) == (
        FactLine("Region", "Texas", "region 9"), FactLine("Latitude", "29.50000", "29.51235"), FactLine("Phone", "1", ""),
        FactLine("Nicknames", "", "x, y"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "has_reason"),
    [
        (change("opened", {}, {"number": "1"}), True), (change("imported", {}, {"number": "1"}), True),
        (change("undone", {}, {"kind": "moved"}), True), (change("moved", {"city": "A"}, {"city": "B"}), False),
        (change("alias-added", {}, {"words": "x"}), False), (change("page-linked", {}, {"name": "x"}), False),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_back_says_why(kept: ChangeFacts, has_reason: bool) -> None:
    assert bool(change_line(kept, REGIONS).why_not) == has_reason


def test_a_change_of_another_day_says_from_when_it_holds() -> None:
    assert not change_line(change("moved"), REGIONS).was_backdated
    late = ChangeFacts(1, 1, "moved", {}, {}, NOW - timedelta(days=3), NOW, "sync", None, NOW, "Dana")
    line = change_line(late, REGIONS)
    assert (line.was_backdated, line.who, line.why_not) == (True, "The sync", "It has been taken back already.")


def test_a_closing_says_who_takes_over_from_when() -> None:
    assert what_follows(change("closed", {}, {"successor_number": "4002"}), None) == (
        "From November 20, 2026 on store 4002 answers what is written about it.",
    )
    assert "nobody takes over" in what_follows(change("closed"), None)[0]
    moved = what_follows(change("moved", {}, {"aliases": [1, 2]}), None)
    assert moved[1] == "2 names of the old place end on that day."
    assert what_follows(change("edited"), None) == ()


def test_the_address_of_a_question_leaves_out_what_is_usual() -> None:
    assert StoreQuestion().href() == "/admin/stores"
    asked = StoreQuestion("closed", "a&b", "texas", "TX", "city", descending=True, page=3)
    assert asked.href() == "/admin/stores?show=closed&q=a%26b&region=texas&state=TX&sort=city&order=down&page=3"
    assert asked.showing("open").page == 1
    assert asked.sorted_by("city").descending is False
    assert asked.sorted_by("name").descending is False


def test_rows_left_out_come_back_as_they_were_with_what_is_wrong() -> None:
    body = b'\xef\xbb\xbfnumber,name,zip\n1,"Katy, TX",77494\n2,Waco,x\n\n3,"a ""b""",1\n'
    text = refused_file(body, [RefusedRow(3, "zip", "is no ZIP"), RefusedRow(5, "", "why")])
    assert text.splitlines() == [
        "number,name,zip,problem_column,problem", "2,Waco,x,zip,is no ZIP", '3,"a ""b""",1,,why',
    ]  # fmt: skip
    assert refused_file(b"", []) == ""
