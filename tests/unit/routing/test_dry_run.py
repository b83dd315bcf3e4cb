"""What another policy would have done with the cases that are there."""

from dataclasses import replace

from localcare.routing.core.dry_run import AlikeCases, compare_policies
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from tests.unit.routing.test_policy import Facts

NOW = read_policy(shipped_policy_text())
BILLS = AlikeCases(7, "exact", "billing", 2, "billing", "normal", (), 40, (9, 8, 7))
WAITING = AlikeCases(7, "exact", "waiting", 1, "store", "normal", (), 100, (12, 11, 10))
TO_STORES = read_policy(
    shipped_policy_text().replace(
        "    when: {matters: [billing]}\n    to: centre\n    skill: billing\n",
        "    when: {matters: [billing], store_known: true}\n    to: store\n",
    )
)


def test_the_same_policy_moves_nothing() -> None:
    same = compare_policies([BILLS, WAITING], {7: Facts()}, NOW, NOW)
    assert (same.cases, same.moved, same.moves) == (140, 0, ())


def test_what_moves_is_counted_with_its_reason_and_the_newest_cases() -> None:
    tried = compare_policies([BILLS, replace(BILLS, count=2, examples=(99,)), WAITING], {7: Facts()}, NOW, TO_STORES)
    (move,) = tried.moves
    assert (move.before, move.after, move.cases, move.examples) == ("tier2:billing", "store", 42, (99, 9, 8))
    assert move.because == "bills are settled by the national billing team"
    assert tried.queues == (("store", 100, 142), ("tier2:billing", 42, 0))


def test_from_one_store_to_another_is_no_move() -> None:
    closed = Facts(is_open=False, successor_number="4002")
    assert compare_policies([WAITING], {7: closed}, NOW, TO_STORES).moved == 0
