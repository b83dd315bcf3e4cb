"""Reading people.csv."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.people.core.duty import Skill
from localcare.people.core.people_file import COLUMNS, Directory, Scope, read_people

DIRECTORY = Directory(regions={"houston": 7, "south-central": 8}, stores={"4460": 1, "1045": 2, "1081": 3, "0007": 4})
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "people.csv"


def refusal(row: str) -> tuple[int, str, str]:
    reading = read_people(f"{','.join(COLUMNS)}\n{row}\n", DIRECTORY)
    assert len(reading.refused) == 1, reading
    refused = reading.refused[0]
    return refused.line, refused.column, refused.reason


def test_the_example_file_is_taken_whole() -> None:
    reading = read_people(EXAMPLE.read_text(encoding="utf-8"), DIRECTORY)
    assert reading.refused == ()
    rosa = next(each for each in reading.appointments if each.name == "Rosa Delgado")
    assert (rosa.role, rosa.scopes, rosa.skills, rosa.tier, rosa.capacity, rosa.locale) == (
        "agent", (Scope(),), ("network", "technical"), 2, 5, "es",
    )  # fmt: skip
    luis = next(each for each in reading.appointments if each.name == "Luis Vega")
    assert luis.scopes == (Scope(store_id=2), Scope(store_id=3))
    kim = next(each for each in reading.appointments if each.name == "Kim Tran")
    assert (kim.valid_from, kim.valid_to) == (date(2025, 6, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",Ana,manager,4460", "email", "is missing"),
        ("ana at home,Ana,manager,4460", "email", "no e-mail"),
        ("ana@x.example,Ana,boss,nation", "role", "must be one of"),
        ("ana@x.example,Ana,manager,nation", "scope", "needs one or more store numbers"),
        ("ana@x.example,Ana,manager,", "scope", "needs one or more store numbers"),
        ("ana@x.example,Ana,manager,4460 9999", "scope", "is no store number"),
        ("ana@x.example,Ana,manager,houston", "scope", "is no store number"),
        ("ana@x.example,Ana,lead,atlantis", "scope", "neither a region"),
        ("ana@x.example,Ana,manager,7", "scope", "is no store number"),
        ("ana@x.example,Ana,agent,nation,Billing!", "skills", "is no skill"),
        ("ana@x.example,Ana,agent,nation,billing,4", "tier", "from 1 to 3"),
        ("ana@x.example,Ana,agent,nation,billing,1,many", "capacity", "from 1 to 100"),
        ("ana@x.example,Ana,agent,nation,,,,30.11.2026", "from", "must be a day"),
        ("ana@x.example,Ana,agent,nation,,,,2026-11-30,2026-11-01", "to", "ends before"),
        ("ana@x.example,Ana,agent,nation,,,,,,English", "locale", "must be a locale"),
    ],
)
def test_a_bad_value_is_named_by_line_column_and_reason(row: str, column: str, words: str) -> None:
    line, refused_column, reason = refusal(row)
    assert (line, refused_column) == (2, column)
    assert words in reason


def test_bad_rows_do_not_cost_the_good_ones() -> None:
    reading = read_people(
        "Email;Role;Scope\nana@x.example;manager;4460\nnobody;manager;4460\nANA@x.example;Manager;4460\n"
        "\nluis@x.example;lead;Houston\n",
        DIRECTORY,
    )
    assert [each.email for each in reading.appointments] == ["ana@x.example", "luis@x.example"]
    assert [(each.line, each.column) for each in reading.refused] == [(3, "email"), (4, "scope")]
    assert "line 2" in reading.refused[1].reason


def test_a_person_without_a_name_is_called_by_the_address() -> None:
    reading = read_people("email,role\nana.ortiz@x.example,auditor\n", DIRECTORY)
    assert reading.appointments[0].name == "ana.ortiz"


def test_a_file_without_the_columns_is_refused_by_its_first_line() -> None:
    assert [(each.line, each.column) for each in read_people("who,what\nana,manager\n", DIRECTORY).refused] == [
        (1, "email")
    ]


@given(st.text(max_size=300))
def test_no_file_makes_the_reader_raise(text: str) -> None:
    read_people("email,role,scope,tier,from\n" + text, DIRECTORY)


def test_a_row_may_say_what_an_agent_brings_to_the_desk() -> None:
    reading = read_people(EXAMPLE.read_text(encoding="utf-8"), DIRECTORY)
    rosa = next(each for each in reading.appointments if each.name == "Rosa Delgado")
    assert rosa.desk.known == (
        Skill("network", proficiency=5), Skill("technical"), Skill("billing", is_primary=False, proficiency=2),
    )  # fmt: skip
    assert (rosa.desk.languages, rosa.desk.shifts, rosa.desk.timezone) == (
        ("en", "es"), "Mo-Fr 10:00-18:00", "America/Chicago",
    )  # fmt: skip


def test_a_file_without_the_columns_of_the_desk_says_nothing_of_it() -> None:
    reading = read_people("email,role,skills\nana@x.example,agent,billing network\n", DIRECTORY)
    assert not reading.appointments[0].desk.says_something


@pytest.mark.parametrize(
    ("tail", "column"),
    [
        ("Bill!ng,,,", "second_skills"),
        (",Spanish,,", "languages"),
        (",,whenever,", "shifts"),
        (",,,Atlantis", "timezone"),
    ],
)
def test_a_bad_value_of_the_desk_is_named(tail: str, column: str) -> None:
    assert refusal(f"ana@x.example,Ana,agent,nation,billing,1,5,,,en,{tail}")[1] == column
