import pytest

from localcare.bench.quality.streets import base_of, read_street


@pytest.mark.parametrize(
    ("line", "house", "said", "base", "direction", "kind"),
    [
        ("4315 W Main St, Suite 2", "4315", "W Main St", "main", "w", "st"),
        ("3820 HWY 64 WEST (Walmart #1022)", "3820", "HWY 64 WEST", "64", "w", ""),
        ("210 Fifth Avenue South", "210", "Fifth Avenue South", "5th", "s", "ave"),
        ("502 North Dr", "502", "North Dr", "north", "", "dr"),
        ("702-2 Haddonfield-Berlin Rd", "702-2", "Haddonfield-Berlin Rd", "haddonfield berlin", "", "rd"),
    ],
)
def test_a_street_is_read_in_parts(line: str, house: str, said: str, base: str, direction: str, kind: str) -> None:
    street = read_street(line)
    assert street is not None
    assert (street.house, street.said, street.base, street.direction, street.kind) == (
        house,
        said,
        base,
        direction,
        kind,
    )


@pytest.mark.parametrize("line", [None, "", "One Infinite Loop", "Kansas TPKE", "77"])
def test_what_has_no_house_number_is_no_street(line: str | None) -> None:
    assert read_street(line) is None


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("1 N Main St", "2 Main St", True),
        ("1 N Main St", "2 N Main", True),
        ("1 N Main St", "2 S Main St", False),
        ("1 Oak St", "2 Oak Ave", False),
        ("1 US Hwy 183", "2 Highway 183", True),
    ],
)
def test_streets_are_confused_unless_what_both_tell_differs(one: str, other: str, may_be: bool) -> None:
    first, second = read_street(one), read_street(other)
    assert first is not None
    assert second is not None
    assert first.may_be(second) is may_be


def test_a_road_without_direction_and_kind_keeps_its_name() -> None:
    assert base_of("West Burnet Rd.") == "burnet"
