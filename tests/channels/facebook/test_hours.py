"""Meta's opening hours in the directory's spelling."""

import pytest

from localcare.channels.facebook.core.hours import opening_hours


def span(days: str, opens: str, closes: str, turn: int = 1) -> list[tuple[str, str]]:
    return [pair for day in days.split() for pair in ((f"{day}_{turn}_open", opens), (f"{day}_{turn}_close", closes))]


@pytest.mark.parametrize(
    ("pairs", "line"),
    [
        ([], None),
        ([("mon_1_open", "09:00")], None),
        ([("mon_1_open", "soon"), ("mon_1_close", "19:00"), ("open", "x")], None),
        (span("mon tue wed thu fri", "9:00", "19:00"), "Mo-Fr 09:00-19:00"),
        (span("mon wed", "09:00", "19:00") + span("sun", "12:00", "24:00"), "Mo 09:00-19:00; We 09:00-19:00; Su 12:00-24:00"),
        (span("sat", "13:00", "18:00", 2) + span("sat", "10:00", "12:00"), "Sa 10:00-12:00,13:00-18:00"),
        (span("fri sat", "20:00", "02:00"), "Fr-Sa 20:00-02:00"),
    ],
)  # fmt: skip
def test_a_flat_map_becomes_one_line(pairs: list[tuple[str, str]], line: str | None) -> None:
    assert opening_hours(pairs) == line
