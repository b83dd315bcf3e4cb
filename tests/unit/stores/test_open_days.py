"""Opening hours by the date, as a store directory tells them."""

from datetime import date

import pytest

from localcare.stores.core.open_days import read_day_of_year, read_open_days

THANKSGIVING, MEMORIAL_DAY, CHRISTMAS = date(2026, 11, 26), date(2026, 5, 25), date(2026, 12, 25)


@pytest.mark.parametrize(
    ("text", "day", "holds"),
    [
        ("Nov Th[4]", THANKSGIVING, True),
        ("Nov Th[4]", date(2026, 11, 19), False),
        ("May Mo[-1]", MEMORIAL_DAY, True),
        ("May Mo[-1]", date(2026, 5, 18), False),
        ("Dec 25", date(2031, 12, 25), True),
        ("Dec 24-26", date(2026, 12, 26), True),
        ("Dec 24-26", date(2026, 12, 27), False),
        ("2027 Jan 02", date(2027, 1, 2), True),
        ("2027 Jan 02", date(2028, 1, 2), False),
    ],
)
def test_a_day_of_the_year_holds_on_its_days(text: str, day: date, holds: bool) -> None:
    found = read_day_of_year(text)
    assert found is not None
    assert found.holds(day) is holds


@pytest.mark.parametrize("text", ["Dec 32", "Feb 30", "Dec 26-24", "Nov Th[6]", "Noon", "", "easter"])
def test_what_is_no_day_is_not_read(text: str) -> None:
    assert read_day_of_year(text) is None


@pytest.mark.parametrize("line", [None, "", "by appointment", "Mo-Su off", "PH off", "Mo-Fr 09:00-17:00; easter off"])
def test_a_line_that_says_no_hours_or_more_than_is_read_gives_none(line: str | None) -> None:
    assert read_open_days(line) is None


def test_a_single_day_goes_before_the_holiday_and_the_holiday_before_the_week() -> None:
    days = read_open_days("Mo-Su 09:00-20:00; PH 10:00-16:00; Dec 25 off; Dec 31 09:00-17:00")
    assert days is not None
    holidays = [day for day in (read_day_of_year("Nov Th[4]"), read_day_of_year("Dec 25")) if day]
    assert days.spans_on(date(2026, 11, 25), holidays) == ((540, 1200),)
    assert days.spans_on(THANKSGIVING, holidays) == ((600, 960),)
    assert days.spans_on(CHRISTMAS, holidays) == ()
    assert days.spans_on(date(2026, 12, 31), holidays) == ((540, 1020),)


def test_on_a_holiday_of_the_brand_a_store_is_closed_unless_it_says_otherwise() -> None:
    days = read_open_days("Mo-Su 09:00-20:00")
    christmas = read_day_of_year("Dec 25")
    assert days is not None
    assert christmas is not None
    assert days.spans_on(CHRISTMAS, [christmas]) == ()
