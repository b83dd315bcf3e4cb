"""Who may see and do what where."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.people.core import ROLES, Grant, GrantRow, Identity, SystemViewer, Viewer, compute_viewer

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ANA = Identity(brand_id=1, brand_name="Pellora Wireless", person_id=12, name="Ana Ortiz", timezone="America/Chicago")
BELOW = {7: frozenset({1, 2, 3}), 8: frozenset()}


def viewer_with(*rows: GrantRow, now: datetime = NOW, limited_to_store: int | None = None) -> Viewer:
    return compute_viewer(ANA, rows, stores_below=BELOW, now=now, limited_to_store=limited_to_store)


def held(role: str, *, region_id: int | None = None, store_id: int | None = None, **more: date) -> GrantRow:
    return GrantRow(role=role, region_id=region_id, store_id=store_id, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "sees_store_1", "sees_store_9", "sees_central", "answers_store_1", "answers_central"),
    [
        (held("manager", store_id=1), True, False, False, True, False),
        (held("deputy", store_id=1), True, False, False, True, False),
        (held("lead", region_id=7), True, False, False, True, False),
        (held("lead", region_id=8), False, False, False, False, False),
        (held("agent"), True, True, True, True, True),
        (held("supervisor"), True, True, True, True, True),
        (held("supervisor", region_id=7), True, False, False, True, False),
        (held("administrator"), True, True, True, False, False),
        (held("auditor"), True, True, True, False, False),
    ],
)
def test_a_role_sees_and_answers_in_its_scope_only(
    row: GrantRow,
    sees_store_1: bool,
    sees_store_9: bool,
    sees_central: bool,
    answers_store_1: bool,
    answers_central: bool,
) -> None:
    viewer = viewer_with(row)
    assert viewer.may_see_store(1) is sees_store_1
    assert viewer.may_see_store(9) is sees_store_9
    assert viewer.may_see_store(None) is sees_central
    assert viewer.may_answer(1) is answers_store_1
    assert viewer.may_answer(None) is answers_central


def test_two_roles_do_not_lend_each_other_their_scopes() -> None:
    viewer = viewer_with(held("auditor"), held("manager", store_id=5))
    assert viewer.store_ids is None
    assert viewer.may_see_store(9)
    assert not viewer.may_answer(9)
    assert viewer.may_answer(5)
    assert (viewer.role, viewer.role_label) == ("manager", "Store manager")


def test_nobody_without_a_role_sees_anything() -> None:
    viewer = viewer_with()
    assert viewer.store_ids == frozenset()
    assert not viewer.may_see_store(1)
    assert not viewer.may_see_store(None)
    assert (viewer.role, viewer.role_label) == ("", "No role")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds"),
    [
        (None, None, True),
        (date(2026, 11, 20), date(2026, 11, 20), True),
        (date(2026, 11, 21), None, False),
        (None, date(2026, 11, 19), False),
    ],
)
def test_a_role_is_held_from_its_first_to_its_last_day(
    valid_from: date | None, valid_to: date | None, holds: bool
) -> None:
    row = GrantRow("manager", region_id=None, store_id=1, valid_from=valid_from, valid_to=valid_to)
    assert viewer_with(row).may_see_store(1) is holds


def test_the_last_day_ends_at_midnight_where_the_person_works() -> None:
    row = GrantRow("deputy", region_id=None, store_id=1, valid_to=date(2026, 11, 20))
    late_evening_in_houston = datetime(2026, 11, 21, 5, 59, tzinfo=UTC)
    after_midnight_in_houston = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    assert viewer_with(row, now=late_evening_in_houston).may_see_store(1)
    assert not viewer_with(row, now=after_midnight_in_houston).may_see_store(1)


def test_a_digest_session_sees_and_answers_in_its_store_only() -> None:
    viewer = viewer_with(
        held("manager", store_id=1), held("manager", store_id=2), held("administrator"), limited_to_store=1
    )
    assert viewer.store_ids == frozenset({1})
    assert viewer.may_answer(1)
    assert not viewer.may_answer(2)
    assert not viewer.may_administer
    assert not viewer.may_see_store(None)


def test_a_digest_session_of_somebody_who_left_the_store_sees_nothing() -> None:
    assert not viewer_with(held("manager", store_id=2), limited_to_store=1).may_see_store(1)


def test_agents_bring_their_skills_and_tiers() -> None:
    viewer = viewer_with(
        GrantRow("agent", None, None, frozenset({"billing"}), 1),
        GrantRow("agent", None, None, frozenset({"network"}), 2),
    )
    assert (viewer.skills, viewer.tiers) == (frozenset({"billing", "network"}), frozenset({1, 2}))
    assert viewer.is_central


def test_the_system_works_for_its_whole_brand() -> None:
    system = SystemViewer(3)
    assert (system.brand_id, system.actor, system.store_ids) == (3, "system", None)
    assert system.may_answer(None)
    assert system.person_id is None


STORES = st.integers(1, 6)
ROWS = st.lists(
    st.one_of(
        st.builds(GrantRow, st.sampled_from(ROLES), st.just(None), STORES),
        st.builds(GrantRow, st.sampled_from(ROLES), st.sampled_from([7, 8]), st.just(None)),
        st.builds(GrantRow, st.sampled_from(["agent", "auditor"]), st.just(None), st.just(None)),
    ),
    max_size=4,
)


@given(ROWS, STORES, STORES)
def test_whatever_the_roles_a_limited_session_never_reaches_another_store(
    rows: list[GrantRow], own: int, other: int
) -> None:
    limited = viewer_with(*rows, limited_to_store=own)
    full = viewer_with(*rows)
    assert limited.store_ids is not None
    assert limited.store_ids <= {own}
    if other != own:
        assert not limited.may_see_store(other)
    assert full.may_see_store(own) or not limited.may_see_store(own)


@given(ROWS, STORES)
def test_whoever_answers_for_a_store_also_sees_it(rows: list[GrantRow], store_id: int) -> None:
    viewer = viewer_with(*rows)
    assert viewer.may_see_store(store_id) or not viewer.may_answer(store_id)
    in_scope = viewer.store_ids is None or store_id in viewer.store_ids
    assert viewer.may_see_store(store_id) == in_scope


def test_a_grant_over_an_unknown_region_is_over_nothing() -> None:
    assert GrantRow("lead", 99, None).over({}) == Grant("lead", frozenset(), 99)
