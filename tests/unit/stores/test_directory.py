"""Directory files as they are found: headers, mistakes, repairs that are proven, and reasons for what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.directory import DirectoryOptions, DirectoryReading, NumberFrom, StoreRow, read_directory
from localcare.stores.core.records import decode, read_records
from localcare.stores.gazetteer import load_gazetteer
from tests.unit.stores.sample import SAMPLE


def read(text: str, *, number_from: NumberFrom = "column") -> DirectoryReading:
    options = DirectoryOptions(gazetteer=load_gazetteer(), number_from=number_from)
    return read_directory(text.splitlines(keepends=True), options=options)


def one(header: str, line: str) -> StoreRow:
    reading = read(f"{header}\n{line}\n")
    assert reading.refused == []
    return reading.rows[0]


@pytest.mark.parametrize(
    "header",
    [
        "store_number,name,street,city,state,zip,latitude,longitude",
        "storeNumber,storeName,address,city,state_abbr,postal,lat,lng",
        "STORE ID,Branch,Street Address,Town,State Code,Postal-Code,Lat,Long",
        "\ufeffstore_id;name;street;city;state;zip;latitude;longitude",
    ],
)
def test_headers_are_matched_loosely(header: str) -> None:
    line = "007,Katy Mills,5000 Katy Mills Cir,Katy,TX,77494,29.7767,-95.8108"
    row = one(header, line.replace(",", ";") if ";" in header else line)
    assert (row.number, row.name, row.city, row.zip, row.lat) == ("007", "Katy Mills", "Katy", "77494", 29.7767)


def test_of_three_state_columns_the_abbreviation_counts() -> None:
    assert one("id,store_id,state,state_abbr,zip", "1,R1,Texas,TX,77494").state == "TX"
    assert one("store_id,state,zip", "R1,Texas,77494").state == "TX"


def test_a_stores_own_mailbox_is_not_its_managers() -> None:
    row = one("store_number,zip,email", "1,77494,katy@example.com")
    assert (row.email, row.manager_email) == ("katy@example.com", None)


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [
        (",Katy,TX,77494,,", "store_number", "no store number"),
        ("1,,,,,", "street", "neither coordinates"),
        ("1,,,,0,0", "latitude", "sea"),
        ("1,,,,91,200", "latitude", "out of range"),
        ("1,,,,x,y", "latitude", "no numbers"),
        ("1,,,abcde,,", "zip", "no ZIP"),
        ("1,Katy,TX,77494,,,too,many", "", "8 values"),
        ('1,"Katy,TX,77494,,', "", "never closed"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_column_and_reason(line: str, column: str, word: str) -> None:
    reading = read(f"store_number,city,state,zip,latitude,longitude\n{line}\n2,Katy,TX,77494,,\n")
    assert [row.number for row in reading.rows] == ["2"]
    refusal = reading.refused[0]
    assert (refusal.line, refusal.column) == (2, column)
    assert word in refusal.reason


def test_the_later_of_two_same_numbers_is_refused_and_names_the_first() -> None:
    reading = read("store_number,zip\n5,77494\n6,77494\n5,78750\n")
    assert [row.number for row in reading.rows] == ["5", "6"]
    assert (reading.refused[0].line, reading.refused[0].reason) == (4, "is the number of line 2 already")


@pytest.mark.parametrize(
    ("lat", "lng", "words"),
    [
        ("-95.7905", "29.7858", "swapped"),
        ("29.7858", "95.7905", "wrong sign"),
        ("29.7858", "-95.7905", None),
    ],
)
def test_coordinates_are_mended_only_when_state_or_zip_prove_it(lat: str, lng: str, words: str | None) -> None:
    reading = read(f"store_number,state,zip,latitude,longitude\n1,TX,77494,{lat},{lng}\n")
    row = reading.rows[0]
    assert (row.lat, row.lng) == (29.7858, -95.7905)
    assert [words in warning.text for warning in reading.warnings if words] == ([True] if words else [])


def test_coordinates_that_fit_nothing_are_kept_with_a_warning() -> None:
    reading = read("store_number,state,zip,latitude,longitude\n1,TX,77494,47.6,-122.3\n")
    assert reading.rows[0].lat == 47.6
    assert "do not fit" in reading.warnings[0].text


def test_bad_coordinates_beside_a_good_address_cost_only_the_coordinates() -> None:
    reading = read("store_number,street,city,state,latitude,longitude\n1,1 A St,Katy,TX,0,0\n2,2 A St,Katy,TX,29.7,\n")
    assert [row.lat for row in reading.rows] == [None, None]
    assert len(reading.warnings) == 2


@pytest.mark.parametrize(
    ("state", "text", "zip_code"),
    [
        ("MA", "1035", "01035"),
        ("PR", "726", "00726"),
        ("MA", "010351234", "01035-1234"),
        ("MA", "1035-1234", "01035-1234"),
        ("TX", "77494-3411", "77494-3411"),
        ("TX", "77494.0", "77494"),
        ("TX", "1035", None),
    ],
)
def test_a_lost_leading_zero_comes_back_when_the_state_proves_it(state: str, text: str, zip_code: str | None) -> None:
    reading = read(f"store_number,street,city,state,zip\n1,1 A St,Hadley,{state},{text}\n")
    assert reading.rows[0].zip == zip_code


@pytest.mark.parametrize(
    ("columns", "values", "zone"),
    [
        ("timezone,zip", "America/Phoenix,77494", "America/Phoenix"),
        ("timezone,zip", "Mars/Olympus,77494", "America/Chicago"),
        ("latitude,longitude", "43.98,-103.79", "America/Denver"),
        ("zip", "79901", "America/Denver"),
        ("street,city,state", "1 A St,Nowhere,RI", "America/New_York"),
        ("street,city,state", "1 A St,Nowhere,TX", None),
    ],
)
def test_the_time_zone_comes_from_the_column_else_the_place(columns: str, values: str, zone: str | None) -> None:
    assert one(f"store_number,{columns}", f"1,{values}").timezone == zone


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("(281) 644-5000", "+12816445000"),
        ("2816445000", "+12816445000"),
        ("+1 281.644.5000", "+12816445000"),
        ("none", None),
    ],
)
def test_a_phone_becomes_e164(text: str, phone: str | None) -> None:
    assert one("store_number,zip,phone", f"1,77494,{text}").phone == phone


def test_a_file_without_numbers_is_refused_unless_they_may_be_made() -> None:
    text = (
        "branch,address,city,state,zip,url\n"
        "Gage Park,5601 S Kedzie Ave,Chicago,IL,60629,https://example.com/il/chicago/financial-centers-chicago-16699.html\n"
        "Loop,1 N State St,Chicago,IL,60602,https://example.com/about\n"
    )
    assert "no store number column" in read(text).refused[0].reason
    by_url = read(text, number_from="url")
    assert [row.number for row in by_url.rows] == ["16699"]
    assert by_url.refused[0].column == "url"
    by_address = read(text, number_from="address")
    respelled = read(text.replace("5601 S Kedzie Ave", "5601 South Kedzie Avenue"), number_from="address")
    assert by_address.rows[0].number == respelled.rows[0].number != by_address.rows[1].number


def test_regions_come_from_the_file_or_from_where_the_store_stands() -> None:
    assert one("store_number,zip,region_path", "1,77494,Nation / South / Texas").region_path == (
        "Nation",
        "South",
        "Texas",
    )
    assert one("store_number,zip,region,district", "1,77494,South,D7").region_path == ("United States", "South", "D7")
    assert one("store_number,zip", "1,77494").region_path == ("United States", "Texas", "Houston")
    assert one("store_number,street,city,country", "1,1 A St,Hamilton,CA").region_path == ("Canada", "Elsewhere")


def test_every_column_of_the_exchange_form_is_read() -> None:
    row = one(
        "store_number,zip,page_id,page_name,manager_name,opened_on,closed_on,successor_store_number,nicknames,hours",
        "1,77494,99,Katy page,Ana,2001-05-06,12/31/2025,2,the Mills; Mills Mall ;,Mo-Su 10:00-20:00",
    )
    assert (row.page_id, row.page_name, row.manager_name, row.successor_number) == ("99", "Katy page", "Ana", "2")
    assert (str(row.opened_on), str(row.closed_on)) == ("2001-05-06", "2025-12-31")
    assert (row.nicknames, row.hours) == (("the Mills", "Mills Mall"), "Mo-Su 10:00-20:00")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_decoded_whatever_wrote_it(encoding: str) -> None:
    assert decode("número,Peña\n".encode(encoding)) == "número,Peña\n"


def test_an_open_quotation_mark_costs_one_line_and_a_quoted_line_break_none() -> None:
    lines = ["a,b\n", '1,"two\n', 'lines"\n', '2,"open\n', "3,x\n", "4,x\n", "5,x\n", "6,x\n", "7,x\n", "8,x\n"]
    records = list(read_records(lines))
    assert [record.line for record in records] == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert [record.line for record in records if record.broken] == [4]
    assert records[1].values == ("1", "two\nlines")


@given(st.lists(st.text(alphabet='1,";\n\t x-.°é', max_size=60), max_size=12))
def test_no_file_makes_the_reader_fail(lines: list[str]) -> None:
    reading = read("store_number,zip,latitude,longitude\n" + "\n".join(lines))
    assert len({row.number for row in reading.rows}) == len(reading.rows)


def test_the_sample_of_a_real_directory_is_read_whole() -> None:
    reading = read(SAMPLE.read_text(encoding="utf-8"))
    assert (len(reading.rows), reading.refused, reading.warnings) == (46, [], [])
    assert reading.brand_name == "McDonald's"
