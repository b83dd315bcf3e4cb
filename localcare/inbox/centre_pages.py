"""The pages of the centre: the team with its queues, and one agent's desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from localcare.inbox.centre_service import AgentDeskView, Centre
from localcare.inbox.core.queues import queue_name, skill_name
from localcare.people.core import Viewer
from localcare.people.core.duty import Duty, Presence, skills_words
from localcare.people.core.shifts import spans_words
from localcare.routing.core.cover import Cover
from localcare.routing.core.needs import ALWAYS_READ
from localcare.triage.core.language import language_name
from localcare.web.pages import Page
from localcare.web.parts import Link, Option, Stat, Tone
from localcare.web.words import number, plural

CENTRE_URL = "/supervise/centre"
_NAMES_SHOWN = 4
_HERE: dict[str, tuple[str, Tone]] = {
    "is not at work": ("Not at work", "neutral"),
    "is away": ("Away", "warn"),
    "has not been seen for a while": ("Not seen lately", "warn"),
    "is off shift": ("Off shift", "neutral"),
    "": ("There", "good"),
}


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent: whether they are there, what they have in hand, what they can take."""

    name: str
    href: str
    presence: str
    tone: Tone
    hours: str
    load: int
    capacity: int
    is_full: bool
    tier: str
    skills: str
    second_skills: str
    languages: str
    remark: str


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A queue: what waits in nobody's hand, and who is there for it."""

    name: str
    href: str
    waiting: int
    oldest: datetime | None
    there: str
    there_count: int
    team: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class CentrePage(Page):
    """`supervise/centre.html` and its live part `supervise/_centre.html`."""

    lead: str
    unserved: tuple[str, ...]
    deserted: str
    stats: tuple[Stat, ...]
    agents: tuple[AgentRow, ...]
    queues: tuple[CoverRow, ...]
    unmanned: str
    live_url: str


@dataclass(frozen=True, kw_only=True)
class AgentDeskPage(Page):
    """`supervise/agent_desk.html`: what a supervisor changes about an agent."""

    lead: str
    url: str
    values: Mapping[str, str]
    tiers: tuple[Option, ...]
    is_pushed: bool
    days: tuple[tuple[date, str], ...]
    errors: Mapping[str, str] = field(default_factory=dict)


def centre_page(viewer: Viewer, centre: Centre) -> CentrePage:
    """The team now, who is there first."""
    there = [duty for duty in centre.duties if duty.is_there(centre.now)]
    shown = [cover for cover in centre.covers if cover.oldest is not None]
    return CentrePage(
        title="The centre now",
        viewer=viewer,
        crumbs=(Link("Queues", "/supervise"),),
        lead=f"{plural(len(there), 'agent is', 'agents are')} there, of {number(len(centre.duties))}.",
        unserved=tuple(_unserved_words(each) for each in shown if each.is_unserved),
        deserted=_deserted_words([each for each in shown if each.is_deserted and not each.is_unserved]),
        stats=_stats(centre, there),
        agents=tuple(_agent_row(duty, centre) for duty in sorted(centre.duties, key=lambda duty: _order(duty, centre))),
        queues=tuple(_cover_row(cover) for cover in sorted(centre.covers, key=_by_need) if _is_shown(cover)),
        unmanned=_unmanned(centre.covers),
        live_url=CENTRE_URL,
    )


def agent_desk_page(
    viewer: Viewer,
    view: AgentDeskView,
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> AgentDeskPage:
    """One agent's desk; `values` and `errors` are those of a form that came back."""
    duty = view.duty
    label, _ = _HERE[duty.absence(view.now)]
    known = {
        "skills": skills_words(duty.skills, primary=True),
        "second_skills": skills_words(duty.skills, primary=False),
        "languages": " ".join(sorted(duty.languages)),
        "tier": str(min(duty.tiers, default=1)),
        "capacity": str(duty.capacity),
        "shifts": duty.shifts,
        "timezone": duty.works.zone,
        "on_day": "",
        "hours": "",
    }
    return AgentDeskPage(
        title=duty.name,
        viewer=viewer,
        crumbs=(Link("Queues", "/supervise"), Link("The centre", CENTRE_URL)),
        lead=f"{label}. {number(view.load)} of {number(duty.capacity)} in hand.",
        url=f"{CENTRE_URL}/{duty.person_id}",
        values=known | dict(values or {}),
        tiers=tuple(Option(str(tier), f"Tier {tier}") for tier in (1, 2, 3)),
        is_pushed=duty.is_pushed if values is None else "is_pushed" in values,
        days=view.days,
        errors=errors or {},
    )


def _stats(centre: Centre, there: Sequence[Duty]) -> tuple[Stat, ...]:
    on_shift = [duty for duty in centre.duties if duty.works.is_on(centre.now) and duty.shifts]
    missing = [duty for duty in on_shift if not duty.is_there(centre.now)]
    waiting = sum(each.waiting for each in centre.covers)
    room = sum(max(0, duty.capacity - centre.loads.get(duty.person_id, 0)) for duty in there)
    return (
        Stat("There", number(len(there)), "", "take cases now"),
        Stat(
            "On shift, not there",
            number(len(missing)),
            "",
            _names([duty.name for duty in missing]) or "nobody is missing",
            "warn" if missing else "good",
        ),
        Stat("In hand", number(sum(centre.loads.values())), "/cases?state=open", f"room for {number(room)} more"),
        Stat("In nobody's hand", number(waiting), "/cases", "wait in the national queues"),
    )


def _agent_row(duty: Duty, centre: Centre) -> AgentRow:
    presence, tone = _HERE[duty.absence(centre.now)]
    load = centre.loads.get(duty.person_id, 0)
    return AgentRow(
        name=duty.name,
        href=f"{CENTRE_URL}/{duty.person_id}",
        presence=presence,
        tone=tone,
        hours=_hours_today(duty, centre.now),
        load=load,
        capacity=duty.capacity,
        is_full=load >= duty.capacity,
        tier=", ".join(map(str, sorted(duty.tiers or {1}))),
        skills=_skills(duty, primary=True) or skill_name("general"),
        second_skills=_skills(duty, primary=False),
        languages=", ".join(language_name(code) for code in sorted(duty.languages)),
        remark=_remark(duty),
    )


def _remark(duty: Duty) -> str:
    if not duty.is_pushed:
        return "asks for the next case"
    if duty.presence is Presence.HERE and not duty.is_willing:
        return "put a case back: gets one when they ask"
    return ""


def _hours_today(duty: Duty, now: datetime) -> str:
    local = duty.works.local_day(now)
    if not duty.shifts and local not in duty.works.single:
        return ""
    hours = spans_words(duty.works.spans_on(local))
    return {"off": "no shift today", "00:00-00:00": "all day"}.get(hours, hours)


def _skills(duty: Duty, *, primary: bool) -> str:
    return ", ".join(
        f"{skill_name(each.name)} {each.proficiency}" for each in duty.skills if each.is_primary is primary
    )


def _cover_row(cover: Cover) -> CoverRow:
    return CoverRow(
        name=_cover_name(cover),
        href=f"/cases?queue={cover.queue}",
        waiting=cover.waiting,
        oldest=cover.oldest,
        there=_names(cover.there) or (_names(cover.last_resort) and f"after an hour: {_names(cover.last_resort)}"),
        there_count=len(cover.there),
        team=number(len(cover.at_work)),
        tone="bad" if cover.is_unserved else "warn" if cover.is_deserted else "neutral",
    )


def _is_shown(cover: Cover) -> bool:
    """What waits, and what nobody serves; a queue that is empty and served needs no look."""
    return cover.oldest is not None or bool(cover.there)


def _unserved_words(cover: Cover) -> str:
    return f"{_waits(cover)}, and nobody of the team knows it."


def _deserted_words(covers: Sequence[Cover]) -> str:
    """Queues where somebody waits and nobody who knows them is there; the table below tells the rest of many."""
    if len(covers) == 1:
        return f"{_waits(covers[0])}, and none of {_names(covers[0].at_work)} is there."
    return _names([_waits(cover) for cover in covers], between="; ") + "." if covers else ""


def _waits(cover: Cover) -> str:
    return f"{_cover_name(cover)}: {plural(cover.waiting, 'case waits', 'cases wait')}"


def _unmanned(covers: Sequence[Cover]) -> str:
    """Queues that are empty and that nobody of the team knows: to be told before the first case waits there."""
    names = [_cover_name(each) for each in covers if each.is_unserved and each.oldest is None]
    return (
        f"Nobody of the team knows: {', '.join(names)}. A case there waits an hour until anybody may take it."
        if names
        else ""
    )


def _cover_name(cover: Cover) -> str:
    name = queue_name(cover.queue)
    return name if cover.language == ALWAYS_READ else f"{name}, in {language_name(cover.language)}"


def _by_need(cover: Cover) -> tuple[bool, bool, float, str]:
    since = cover.oldest.timestamp() if cover.oldest else float("inf")
    return (not cover.is_unserved or cover.oldest is None, not cover.is_deserted, since, cover.queue)


def _order(duty: Duty, centre: Centre) -> tuple[bool, bool, int, str]:
    is_expected = bool(duty.shifts) and duty.works.is_on(centre.now)
    return (not duty.is_there(centre.now), not is_expected, -centre.loads.get(duty.person_id, 0), duty.name)


def _names(names: Sequence[str], *, between: str = ", ") -> str:
    shown = between.join(names[:_NAMES_SHOWN])
    return f"{shown} and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else shown
