"""What a file of Pages would change, decided without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.page_file import PageRow
from localcare.stores.core.pages import LinkPlan, PageLink, page_complaint, plan_links

STORES = {"1": 11, "2": 12, "3": 13}


def plan(rows: list[PageRow], *current: PageLink) -> LinkPlan:
    return plan_links(rows, {link.key: link for link in current}, stores=STORES, regions={"texas": 5})


def row(line: int, page_id: str, number: str | None = None, kind: str | None = None) -> PageRow:
    return PageRow(line, page_id, f"Page {page_id}", number, kind=kind)


@pytest.mark.parametrize(
    ("channel", "page_id", "is_right"),
    [
        ("facebook", "108273645546", True),
        ("instagram", "17841400000000000", True),
        ("google", "accounts/1/locations/2", True),
        ("facebook", "1.08E+14", False),
        ("facebook", "katy.mills", False),
        ("facebook", "12 34", False),
        ("facebook", "١٢٣", False),
        ("facebook", "1" * 25, False),
        ("facebook", "", False),
    ],
)
def test_page_ids_of_meta_are_digits(channel: str, page_id: str, is_right: bool) -> None:
    assert (page_complaint(channel, page_id) is None) == is_right


def test_a_page_without_a_word_about_its_kind_stays_what_it_is_to_its_store() -> None:
    copy = PageLink("facebook", "7", "Page 7", 11, "duplicate")
    assert plan([row(2, "7", "1")], copy).links == []
    assert plan([row(2, "7", "2")], copy).links == [PageLink("facebook", "7", "Page 7", 12, "official")]


def test_a_refusal_that_keeps_a_page_where_it_is_refuses_who_wanted_its_place() -> None:
    current = (PageLink("facebook", "7", "Page 7", 11), PageLink("facebook", "8", "Page 8", 12))
    found = plan([row(2, "7", "2"), row(3, "9", "1")], *current)
    assert found.links == []
    assert [(each.line, "Page 8" in each.reason, "Page 7" in each.reason) for each in found.refused] == [
        (2, True, False),
        (3, False, True),
    ]


def test_the_same_page_on_two_lines_is_refused_the_second_time() -> None:
    found = plan([row(2, "7", "1"), row(5, "7", "2")])
    assert [link.store_id for link in found.links] == [11]
    assert [(each.line, each.reason) for each in found.refused] == [(5, "is the page of line 2 already")]


pages = st.sampled_from(["1", "2", "3", "4"])
links = st.builds(
    lambda page, store, kind: PageLink("facebook", page, f"Page {page}", store, kind),
    pages,
    st.sampled_from([None, 11, 12, 13]),
    st.sampled_from(["official", "duplicate"]),
)
rows = st.lists(
    st.tuples(pages, st.sampled_from([None, "1", "2", "3"]), st.sampled_from([None, "official", "duplicate"])),
    max_size=6,
)


@given(st.lists(links, unique_by=lambda link: (link.page_id,), max_size=4), rows)
def test_no_store_ends_with_two_official_pages_unless_it_began_so(
    current: list[PageLink], asked: list[tuple[str, str | None, str | None]]
) -> None:
    file = [row(at + 2, *values) for at, values in enumerate(asked)]
    found = plan(file, *current)
    before = {link.key: link for link in current}
    after = {**before, **{link.key: link for link in found.links}}
    assert _seconds(list(after.values())) <= _seconds(current)
    assert len(found.links) + len(found.refused) <= len(file)


def _seconds(held: list[PageLink]) -> int:
    official = [link.store_id for link in held if link.kind == "official" and link.store_id is not None]
    return len(official) - len(set(official))
