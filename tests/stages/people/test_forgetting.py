"""A colleague who has left and asks for it is forgotten: in histories, in reasons, in labels, in the register of models."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from localcare.cases.handling import claim, note
from localcare.inbox.service import correcting
from localcare.people.administration import erase_colleague
from localcare.people.core.viewer import SystemViewer
from localcare.routing import surging
from localcare.routing.ruling import By, put_policy_in_force
from localcare.routing.service import PolicyShelf, shipped_policy_text
from localcare.triage.models import TriageLabel, VerdictRow
from tests.stages.desk import Desk, Said

NAME = "Ana “Nana” O'Neil (Jr.)"
NAMED = "select string_agg({column}::text, ' ') from {table}"
EVERYWHERE = (
    ("case_event", "actor"), ("case_event", "detail"), ("care_case", "route_reason"), ("verdict", "reasons"),
    ("triage_label", "ruling"), ("triage_label", "taken_back_by"), ("resolution", "candidates"), ("person", "name"),
    ("surge", "created_by"), ("surge_event", "actor"), ("policy_version", "signed_by"), ("policy_event", "actor"),
)  # fmt: skip


def said_of(desk: Desk) -> str:
    """Every place where a colleague's name may stand."""
    with desk.database.session(desk.brand_id) as session:
        found = [session.execute(text(NAMED.format(column=c, table=t))).scalar_one() for t, c in EVERYWHERE]
    return " ".join(filter(None, found))


@pytest.mark.parametrize("name", [NAME, 'Ana \\ "Nana"', "Ana Whitfield"])
def test_a_forgotten_colleagues_name_stands_nowhere(desk: Desk, name: str) -> None:
    ana = desk.person("agent", name=name, email="ana@example.com")
    case = desk.open_case(Said(text="You charged me twice.", topic="waiting"))
    policy = PolicyShelf()
    with desk.acting(ana) as hand:
        claim(hand, case.id or 0)
        note(hand, case.id or 0, "She will call back.")
        correcting.set_topic(hand, case.id or 0, "billing", policy.policy_of(hand.session, desk.brand_id))
        by = By(name, hand.now, ana.id)
        surging.switch_on(hand.session, desk.brand_id, by, until=hand.now + timedelta(hours=1))
        put_policy_in_force(hand.session, desk.brand_id, shipped_policy_text(), created_by=name, now=hand.now)
    assert name in said_of(desk)
    with desk.database.session(desk.brand_id) as session:
        erase_colleague(session, SystemViewer(desk.brand_id), "ana@example.com", now=desk.clock.now())
    left = said_of(desk)
    assert name not in left
    assert "Nana" not in left
    with desk.database.session(desk.brand_id) as session:
        label = session.exec(select(TriageLabel)).one()
        verdict = session.exec(select(VerdictRow).where(VerdictRow.superseded_at == None)).one()  # noqa: E711
    assert (label.ruling["who"], label.ruling["topic"]) == ("A former colleague", "billing")
    assert verdict.reasons[0]["detail"] == "A former colleague says it is about billing"


def test_a_namesake_and_like_words_stay(desk: Desk) -> None:
    ana, other = (desk.person("agent", name="Ana", email=f"{n}@example.com") for n in ("a", "b"))
    case = desk.open_case(Said(text="You charged me twice."))
    with desk.acting(other) as hand:
        note(hand, case.id or 0, "The Banana stand next door.")
    with desk.database.session(desk.brand_id) as session:
        erase_colleague(session, SystemViewer(desk.brand_id), "a@example.com", now=desk.clock.now())
    assert "Banana" in said_of(desk)
    with desk.database.session(desk.brand_id) as session:
        actors = session.execute(text("select actor from case_event where kind = 'note'")).scalars().all()
        assert set(actors) == {"Ana"}
        assert session.execute(text("select name from person where id = :id"), {"id": ana.id}).scalar_one() != "Ana"
