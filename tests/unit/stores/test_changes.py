"""What an import would change, without a database."""

from datetime import date

from localcare.stores.core.changes import KnownStore, plan_import
from localcare.stores.core.directory import StoreRow

TODAY = date(2026, 11, 20)
KNOWN = KnownStore(
    "1", "Katy Mills", ("Nation", "South"), zip="77494", phone="+12816445000", timezone="America/Chicago"
)


def row(number: str = "1", **values: object) -> StoreRow:
    return StoreRow(line=2, number=number, region_path=("United States", "Texas"), **values)  # type: ignore[arg-type]


def test_only_columns_of_the_file_count() -> None:
    plan = plan_import([row(zip="77494")], {"1": KNOWN}, {"number", "zip"})
    assert (plan.unchanged, plan.changed) == (1, [])
    plan = plan_import([row(zip="77494")], {"1": KNOWN}, {"number", "zip", "phone"})
    assert [(change.fields, change.after.phone) for change in plan.changed] == [(("phone",), None)]


def test_a_region_changes_only_when_the_file_names_regions() -> None:
    plan = plan_import([row(zip="77494")], {"1": KNOWN}, {"zip", "region"})
    assert plan.changed[0].after.region == ("United States", "Texas")


def test_a_store_without_a_name_is_called_by_its_address() -> None:
    plan = plan_import([row("9", street="1 A St", city="Katy")], {}, set())
    assert plan.added[0].name == "1 A St, Katy"


def test_closing_is_counted_once() -> None:
    plan = plan_import([row(zip="77494", closed_on=TODAY)], {"1": KNOWN}, {"zip", "closed_on"})
    assert plan.closed == ["1"]
    closed = plan.changed[0].after
    again = plan_import([row(zip="77494", closed_on=TODAY)], {"1": closed}, {"zip", "closed_on"})
    assert (again.closed, again.unchanged) == ([], 1)


def test_a_closed_store_that_the_file_does_not_name_is_not_absent() -> None:
    closed = KnownStore("2", "Old", ("Nation",), closed_on=date(2020, 1, 1))
    plan = plan_import([], {"1": KNOWN, "2": closed}, set(), close_missing_on=TODAY)
    assert (plan.absent, plan.closed) == (["1"], ["1"])
