"""Who of the demo's national team works when, and who is given cases without asking: round the clock, five days each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from localcare.people.core.duty import Duty, skills_words
from localcare.people.core.shifts import DAYS
from localcare.people.duty import DutyForm

ZONE = "America/Chicago"
_STARTS = (6, 9, 14, 22, 8, 16, 0, 11, 18, 7, 12, 20, 4)
"""Hours in turn: somewhat more by day, several at every hour, for a demo is looked at from anywhere."""
_HOURS = 8
_OFF_EVERY = 3
_PUSHED_EVERY = 3
_SPANISH = "spanish"


@dataclass(frozen=True, slots=True)
class RotaLine:
    """What one agent's desk is set to."""

    person_id: int
    form: DutyForm


def draw_rota(agents: Sequence[Duty]) -> list[RotaLine]:
    """Shifts and languages for agents in this order; every third is pushed to, the others ask for the next case."""
    return [_line(place, duty) for place, duty in enumerate(agents)]


def _line(place: int, duty: Duty) -> RotaLine:
    start, off = _STARTS[place % len(_STARTS)], (place * _OFF_EVERY) % len(DAYS)
    days = [day for n, day in enumerate(DAYS) if n not in (off, (off + 1) % len(DAYS))]
    speaks_spanish = any(skill.name == _SPANISH for skill in duty.skills)
    known = replace(duty, skills=tuple(skill for skill in duty.skills if skill.name != _SPANISH))
    form = DutyForm(
        skills=skills_words(known.skills, primary=True),
        second_skills=skills_words(known.skills, primary=False),
        languages="en es" if speaks_spanish else "en",
        tier=min(duty.tiers, default=1),
        capacity=duty.capacity,
        shifts=f"{', '.join(days)} {start:02}:00-{(start + _HOURS) % 24:02}:00",
        timezone=ZONE,
        is_pushed=place % _PUSHED_EVERY == 0,
    )
    return RotaLine(duty.person_id, form)
