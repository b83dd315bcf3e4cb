"""A store's timeline from its changes: tables for the plain cases, properties for undoing and late records."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.history import (
    FactValue,
    Patch,
    Period,
    StoreFacts,
    differences,
    facts_at,
    read_values,
    reconcile_patches,
    timeline,
    write_values,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = StoreFacts(number="1", name="a", region_id=1, street="a", phone="a")
FIELDS = ("name", "street", "phone", "number")


def day(number: int) -> datetime:
    return BEGIN + timedelta(days=number)


def record(
    patches: list[Patch], current: StoreFacts, at: int, wanted: dict[str, str]
) -> tuple[list[Patch], StoreFacts]:
    """What the verbs do: a patch against what held then, and the present that follows."""
    then = facts_at(timeline(current, patches), day(at))
    after: dict[str, FactValue] = {name: value for name, value in wanted.items() if getattr(then, name) != value}
    if not after:
        return patches, current
    before: dict[str, FactValue] = {name: getattr(then, name) for name in after}
    longer = [*patches, Patch(len(patches) + 1, day(at), before, after)]
    return longer, timeline(current, longer)[-1].facts


changes = st.lists(
    st.tuples(
        st.integers(0, 6), st.dictionaries(st.sampled_from(FIELDS), st.sampled_from("abcd"), min_size=1, max_size=2)
    ),
    max_size=7,
)


def build(steps: list[tuple[int, dict[str, str]]]) -> tuple[list[Patch], StoreFacts]:
    patches: list[Patch] = []
    current = ORIGIN
    for at, wanted in steps:
        patches, current = record(patches, current, at, wanted)
    return patches, current


def test_a_store_without_changes_has_always_been_what_it_is() -> None:
    assert timeline(ORIGIN, []) == [Period(ORIGIN, None, None)]


def test_each_change_ends_a_period() -> None:
    patches, current = build([(1, {"name": "b"}), (3, {"street": "c"})])
    assert [(p.facts.name, p.facts.street, p.valid_from, p.valid_to) for p in timeline(current, patches)] == [
        ("a", "a", None, day(1)),
        ("b", "a", day(1), day(3)),
        ("b", "c", day(3), None),
    ]


def test_a_change_recorded_late_changes_the_past_alone() -> None:
    patches, current = build([(3, {"street": "c"}), (1, {"street": "b"})])
    assert current.street == "c"
    assert [p.facts.street for p in timeline(current, patches)] == ["a", "b", "c"]


def test_a_change_that_is_put_back_in_the_same_moment_leaves_no_trace() -> None:
    patches, current = build([(2, {"name": "b"}), (2, {"name": "a"})])
    assert timeline(current, patches) == [Period(ORIGIN, None, None)]


def test_a_row_that_no_change_explains_is_believed() -> None:
    patches, current = build([(1, {"name": "b"})])
    written = replace(current, name="z")
    known = reconcile_patches(written, patches)
    assert timeline(written, known)[-1].facts == written
    assert reconcile_patches(current, patches) == patches


@given(changes)
def test_periods_follow_each_other_without_gap_and_end_in_the_present(steps: list[tuple[int, dict[str, str]]]) -> None:
    patches, current = build(steps)
    periods = timeline(current, patches)
    assert (periods[0].valid_from, periods[-1].valid_to) == (None, None)
    assert periods[-1].facts == current
    for before, after in pairwise(periods):
        assert before.valid_to == after.valid_from
        assert before.valid_to is not None
        assert before.facts != after.facts
        assert before.valid_from is None or before.valid_from < before.valid_to


@given(changes, st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_read_does_not_matter(
    steps: list[tuple[int, dict[str, str]]], random: object
) -> None:
    patches, current = build(steps)
    shuffled = list(patches)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert timeline(current, shuffled) == timeline(current, patches)


@given(changes, st.integers(0, 6), st.dictionaries(st.sampled_from(FIELDS), st.sampled_from("abcd"), min_size=1))
def test_undoing_the_newest_record_is_as_if_it_had_never_been_made(
    steps: list[tuple[int, dict[str, str]]], at: int, wanted: dict[str, str]
) -> None:
    patches, current = build(steps)
    longer, after = record(patches, current, at, wanted)
    undone = [*patches, *(replace(patch, is_undone=True) for patch in longer[len(patches) :])]
    assert timeline(after, undone) == timeline(current, patches)


@given(changes)
def test_undoing_everything_in_any_order_leads_back_to_the_beginning(steps: list[tuple[int, dict[str, str]]]) -> None:
    patches, current = build(steps)
    assert timeline(current, [replace(patch, is_undone=True) for patch in patches]) == [Period(ORIGIN, None, None)]


@given(changes, st.data())
def test_undoing_one_change_leaves_every_fact_that_it_did_not_touch(
    steps: list[tuple[int, dict[str, str]]], data: st.DataObject
) -> None:
    patches, current = build(steps)
    if not patches:
        return
    chosen = data.draw(st.sampled_from(patches))
    left = [replace(p, is_undone=True) if p is chosen else p for p in patches]
    present = timeline(current, left)[-1].facts
    assert differences(current, present).keys() <= chosen.after.keys()


def test_facts_come_back_from_json_as_they_were() -> None:
    facts: dict[str, FactValue] = {
        "closed_on": date(2026, 11, 30),
        "nicknames": ("a", "b"),
        "latitude": 29.5,
        "street": None,
        "region_id": 3,
    }
    kept = write_values(facts)
    assert kept == {
        "closed_on": "2026-11-30", "nicknames": ["a", "b"], "latitude": 29.5, "street": None, "region_id": 3,
    }  # fmt: skip
    assert read_values({**kept, "aliases": [1], "merged_into_id": 7}) == facts
