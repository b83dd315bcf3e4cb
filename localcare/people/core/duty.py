"""What somebody of the national team brings to the desk: skills, languages, room, working time, and whether they are there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from localcare.people.core.shifts import WorkingTime

UNSEEN = timedelta(minutes=10)
"""Who says they are there and has shown no sign of life for so long is taken to be away."""
USUAL_PROFICIENCY, BEST = 3, 5
_SKILL = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)(?::(?P<level>[1-5]))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class SkillError(ValueError):
    """A text that names no skills or languages; the sentence says what was expected."""


@dataclass(frozen=True, slots=True)
class Skill:
    """Something an agent knows: their own trade, or (not primary) one they help out in. Proficiency is 1..5."""

    name: str
    is_primary: bool = True
    proficiency: int = USUAL_PROFICIENCY


class Presence(StrEnum):
    """What an agent says of themselves: taking cases, away for a while, or not at work."""

    HERE = "here"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Duty:
    """An agent or supervisor as the desk knows them; see `routing` for who gets what.

    `is_pushed` gets cases without asking; `is_willing` is false after they put one back, until they ask for the next.
    `given_at` is when the desk last gave them one, `acted_at` when they last did something with one.
    """

    person_id: int
    name: str
    tiers: frozenset[int]
    skills: tuple[Skill, ...]
    languages: frozenset[str]
    capacity: int
    is_pushed: bool = True
    is_willing: bool = True
    presence: Presence = Presence.OFFLINE
    last_seen_at: datetime | None = None
    given_at: datetime | None = None
    acted_at: datetime | None = None
    works: WorkingTime = field(default_factory=WorkingTime)
    shifts: str = ""

    def is_there(self, now: datetime) -> bool:
        """Whether they take cases now: they say so, were seen lately, and their shift is on."""
        return self.absence(now) == ""

    def absence(self, now: datetime) -> str:
        """Why they take no cases now, in words that follow a name; empty when they do."""
        match self.presence:
            case Presence.OFFLINE:
                return "is not at work"
            case Presence.AWAY:
                return "is away"
            case Presence.HERE if self.last_seen_at is None or now - self.last_seen_at > UNSEEN:
                return "has not been seen for a while"
        return "" if self.works.is_on(now) else "is off shift"


def read_skills(text: str, *, primary: bool) -> tuple[Skill, ...]:
    """`billing:4 network`: skills with how well they are known (3 when nothing is said). SkillError for anything else."""
    skills: dict[str, Skill] = {}
    for word in re.split(r"[\s;,]+", text.strip().lower()):
        match = _SKILL.fullmatch(word)
        if word and match is None:
            raise SkillError(f"“{word}” is no skill: write billing, or billing:4 for how well it is known (1 to 5).")
        if match:
            skills.setdefault(match["name"], Skill(match["name"], primary, int(match["level"] or USUAL_PROFICIENCY)))
    return tuple(skills.values())


def read_languages(text: str) -> tuple[str, ...]:
    """`en es`: the languages somebody answers in, as ISO codes. SkillError for anything else."""
    words = tuple(dict.fromkeys(word for word in re.split(r"[\s;,]+", text.strip().lower()) if word))
    for word in words:
        if not _LANGUAGE.fullmatch(word):
            raise SkillError(f"“{word}” is no language: write en es, the codes of ISO 639.")
    return words


def skills_words(skills: Iterable[Skill], *, primary: bool) -> str:
    """The text that `read_skills` reads."""
    return " ".join(
        each.name if each.proficiency == USUAL_PROFICIENCY else f"{each.name}:{each.proficiency}"
        for each in skills
        if each.is_primary is primary
    )
