"""What somebody brings to the desk, as people write it, and whether they are there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from localcare.people.core.duty import (
    Duty,
    Presence,
    Skill,
    SkillError,
    read_languages,
    read_skills,
    skills_words,
)
from localcare.people.core.shifts import WorkingTime, read_weekly

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
ANA = Duty(7, "Ana", frozenset({1}), (), frozenset({"en"}), 5, presence=Presence.HERE, last_seen_at=NOW)


def test_skills_are_read_with_how_well_they_are_known() -> None:
    skills = read_skills("billing:4; network billing:1", primary=True)
    assert skills == (Skill("billing", proficiency=4), Skill("network"))
    assert skills_words(skills, primary=True) == "billing:4 network"
    assert skills_words(skills, primary=False) == ""


@pytest.mark.parametrize("text", ["billing:9", "Billing!", ":3", "a b:x"])
def test_what_is_no_skill_is_refused(text: str) -> None:
    with pytest.raises(SkillError, match="is no skill"):
        read_skills(text, primary=True)


def test_languages_are_codes() -> None:
    assert read_languages("EN, es en") == ("en", "es")
    with pytest.raises(SkillError, match="“spanish” is no language"):
        read_languages("Spanish")


def test_who_is_there_says_so_was_seen_and_is_on_shift() -> None:
    assert ANA.is_there(NOW)
    assert replace(ANA, presence=Presence.AWAY).absence(NOW) == "is away"
    assert replace(ANA, presence=Presence.OFFLINE).absence(NOW) == "is not at work"
    assert ANA.absence(NOW + timedelta(minutes=11)) == "has not been seen for a while"
    assert replace(ANA, last_seen_at=None).absence(NOW) == "has not been seen for a while"
    assert replace(ANA, works=WorkingTime("UTC", read_weekly("Sa 09:00-17:00"))).absence(NOW) == "is off shift"
