"""A file of stores that contradicts itself: each row refused or doubted by line and column, with what to do."""

import pytest

from localcare.stores.core.changes import KnownStore
from localcare.stores.core.directory import DirectoryOptions, DirectoryReading, read_directory
from localcare.stores.core.import_checks import check_rows
from localcare.stores.core.opening import are_hours
from localcare.stores.core.renumbering import find_doubtful, in_words
from localcare.stores.gazetteer import load_gazetteer

HEADER = "store_number,name,street,city,state,zip,phone,opened_on,closed_on,successor_store_number,hours,manager_email"
UNNAMED = ", and the file does not name it"
KNOWN = KnownStore("12", "Old Elm", ("Nation",), "11 Elm St", "Katy", "TX", "77494", phone="+12816445000")


def read(*rows: str, header: str = HEADER) -> DirectoryReading:
    return read_directory(
        [f"{line}\n" for line in (header, *rows)], options=DirectoryOptions(gazetteer=load_gazetteer())
    )


def refused(*rows: str) -> list[tuple[int, str, str]]:
    reading = read(*rows)
    found = [*reading.refused, *check_rows(reading.rows, {"12": KNOWN}, reading.columns).refused]
    return [(each.line, each.column, each.reason) for each in found]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("1,A,1 Elm St,Katy,TX,77494,,2024-05-01,2023-05-01,,,", "closed_on", "closes before it opens"),
        ("1,A,1 Elm St,Katy,TX,77494,,,2026-05-01,1,,", "successor_store_number", "is the store itself"),
        ("1,A,1 Elm St,Katy,TX,77494,,,2026-05-01,99,,", "successor_store_number", "no store has this number"),
        ("1,A,1 Elm St,Katy,ZZ,77494,,,,,,", "state", "is no state of the USA"),
        (f"1,{'A' * 5000},1 Elm St,Katy,TX,77494,,,,,,", "name", "has 5,000 characters"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_by_line_and_column(row: str, column: str, words: str) -> None:
    ((line, found, reason),) = refused(row)
    assert (line, found) == (2, column)
    assert words in reason


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("1,A,1 Elm St,Katy,CA,77494,,,,,,", "zip", "lies in TX, not in CA"),
        ("1,A,1 Elm St,Katy,TX,77494,,,,,whenever,", "hours", "write them as Mo-Fr 09:00-18:00"),
        ("1,A,1 Elm St,Katy,TX,77494,,,,,,ana(at)example", "manager_email", "is no e-mail address"),
    ],
)
def test_a_doubtful_value_is_told_by_line_and_column_and_the_row_is_read(row: str, column: str, words: str) -> None:
    reading = read(row)
    ((line, found, text),) = [(each.line, each.column, each.text) for each in reading.warnings]
    assert (line, found, len(reading.rows)) == (2, column, 1)
    assert words in text


def test_a_circle_of_successors_is_refused_whole_and_the_row_that_leads_into_it_too() -> None:
    rows = [f"{a},A,{a} Elm St,Katy,TX,77494,,,2026-05-01,{b},," for a, b in (("1", "2"), ("2", "3"), ("3", "2"))]
    found = refused(*rows)
    assert sorted(line for line, _, _ in found) == [2, 3, 4]
    assert "leads back to the store itself (2 → 3 → 2)" in found[0][2]


def test_a_successor_may_be_a_store_of_the_directory_or_a_later_row() -> None:
    closing = [f"{a},A,{a} Elm St,Katy,TX,77494,,,2026-05-01,{b},," for a, b in (("1", "12"), ("2", "3"))]
    assert refused(*closing, "3,C,3 Elm St,Katy,TX,77494,,,,,,") == []


def test_a_heading_that_stands_twice_is_refused_with_its_columns() -> None:
    reading = read("1,A,B,77494", header="store_number,Name,name,zip")
    assert not reading.rows
    assert "'Name' in columns 2, 3" in reading.refused[0].reason


def test_a_file_with_nothing_below_its_header_says_so() -> None:
    assert "no row below it" in read().refused[0].reason


def test_two_stores_at_one_address_are_kept_with_a_note() -> None:
    reading = read("1,A,20 Mall Rd,Katy,TX,77494,,,,,,", "2,B,20 Mall Road,Katy,TX,77494,,,,,,")
    checked = check_rows(reading.rows, {}, reading.columns)
    assert [row.number for row in checked.rows] == ["1", "2"]
    assert [(note.line, note.column) for note in checked.notes] == [(3, "street")]
    assert "stands at the address of store 1 (line 2)" in checked.notes[0].text


@pytest.mark.parametrize(
    ("line", "are"),
    [
        ("Mo-Fr 09:00-19:00; Sa 10:00-18:00; Su off", True),
        ("Mo-Fr 09:00-19:00; PH off", True),
        ("24/7", True),
        ("Fr 18:00-26:00", True),
        ("Mo-Fr 29:00-33:00", False),
        ("Mo-Fr 09-19", False),
        ("whenever", False),
    ],
)
def test_hours_are_read_or_not(line: str, *, are: bool) -> None:
    assert are_hours(line) is are


@pytest.mark.parametrize(
    ("row", "named", "words"),
    [
        ("99,A,11 Elm Street,Katy,TX,77494,281-644-5000,,,,,", {"99"}, f"store 12 has this address and phone{UNNAMED}"),
        ("99,A,11 Elm Street,Katy,TX,77494,,,,,,", {"99"}, f"store 12 has this address{UNNAMED}"),
        ("99,A,7 Oak St,Katy,TX,77494,281-644-5000,,,,,", {"99"}, f"store 12 has this phone{UNNAMED}"),
        ("7,A,7 Oak St,Katy,TX,77494,,,,,,", {"7"}, "store 12 had the number 7 before"),
        ("99,A,11 Elm Street,Katy,TX,77494,281-644-5000,,,,,", {"99", "12"}, None),
        ("99,A,11 Elm Street Suite 4,Katy,TX,77494,,,,,,", {"99"}, None),
    ],
)
def test_a_new_number_at_a_known_address_phone_or_former_number_is_doubtful(
    row: str, named: set[str], words: str | None
) -> None:
    found = list(find_doubtful(read(row).rows, {"12": KNOWN}, named, {"7": "12"}))
    assert [in_words(each) for each in found] == ([words] if words else [])
