"""What a people file says of agents' desks: written beside their roles, and left alone where it says nothing."""

from localcare.kit.db import Session
from localcare.people import roster
from localcare.people.core import SystemViewer
from localcare.people.core.duty import Duty, Skill
from localcare.people.duty import list_duties
from localcare.people.models import Brand
from tests.conftest import NOW

HEAD = "email,name,role,scope,skills,tier,capacity,second_skills,languages,shifts,timezone\n"
ROSA = "rosa@x.example,Rosa,agent,nation,network:5 technical,2,4,billing:2,en es,Mo-Fr 10:00-18:00,America/Chicago\n"


def only_duty(session: Session, brand: Brand, text: str) -> Duty:
    assert brand.id is not None
    report = roster.import_people(session, SystemViewer(brand.id), text, now=NOW)
    assert report.refused == ()
    (duty,) = list_duties(session, brand.id, day=NOW.date())
    return duty


def test_a_row_is_what_the_desk_knows_of_somebody(session: Session, brand: Brand) -> None:
    rosa = only_duty(session, brand, HEAD + ROSA)
    assert set(rosa.skills) == {
        Skill("network", proficiency=5), Skill("technical"), Skill("billing", is_primary=False, proficiency=2),
    }  # fmt: skip
    assert (rosa.tiers, rosa.capacity, rosa.languages) == (frozenset({2}), 4, frozenset({"en", "es"}))
    assert (rosa.shifts, rosa.works.zone) == ("Mo-Fr 10:00-18:00", "America/Chicago")


def test_a_file_without_these_columns_leaves_the_desk_alone(session: Session, brand: Brand) -> None:
    only_duty(session, brand, HEAD + ROSA)
    rosa = only_duty(session, brand, "email,role,skills,tier\nrosa@x.example,agent,network orders,2\n")
    assert set(rosa.skills) == {
        Skill("network", proficiency=5), Skill("orders"), Skill("billing", is_primary=False, proficiency=2),
    }  # fmt: skip
    assert rosa.shifts == "Mo-Fr 10:00-18:00"


def test_an_empty_field_of_a_column_that_is_there_takes_back_second_skills_and_shifts(
    session: Session, brand: Brand
) -> None:
    only_duty(session, brand, HEAD + ROSA)
    rosa = only_duty(session, brand, HEAD + "rosa@x.example,Rosa,agent,nation,network,2,4,,,,\n")
    assert (rosa.skills, rosa.shifts, rosa.languages) == ((Skill("network"),), "", frozenset({"en", "es"}))
