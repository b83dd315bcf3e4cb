"""Regions: parents before children, one slug each, the same again for the same paths."""

from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.hierarchy import plan_regions

NAMES = st.sampled_from(["Nation", "South", "Texas", "Portland", "St. Louis", "Ñandú", "!", "南"])
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=5).map(tuple), max_size=12)


@given(PATHS)
def test_every_prefix_of_a_path_is_a_region_and_parents_come_first(paths: list[tuple[str, ...]]) -> None:
    nodes = plan_regions(paths)
    seen: set[tuple[str, ...]] = set()
    for node in nodes:
        assert node.depth == 0 or node.path[:-1] in seen
        seen.add(node.path)
    assert {path[:depth] for path in paths for depth in range(1, len(path) + 1)} == seen


@given(PATHS, PATHS)
def test_slugs_are_unique_and_known_ones_stay(first: list[tuple[str, ...]], then: list[tuple[str, ...]]) -> None:
    known = {node.path: node.slug for node in plan_regions(first)}
    added = plan_regions(then, known)
    slugs = [*known.values(), *(node.slug for node in added)]
    assert len(slugs) == len(set(slugs))
    assert known.keys().isdisjoint(node.path for node in added)


def test_two_towns_of_one_name_are_told_apart_by_their_state() -> None:
    nodes = plan_regions([("US", "Maine", "Portland"), ("US", "Oregon", "Portland")])
    assert [node.slug for node in nodes] == ["us", "maine", "oregon", "portland", "oregon-portland"]
