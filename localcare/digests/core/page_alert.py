"""What a mail about Facebook Pages says: one per cause, however many Pages; what stops, who mends it, how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from localcare.channels.facebook.core.advice import Advice, advice_on
from localcare.channels.facebook.core.incidents import KINDS, IncidentKind
from localcare.digests.core.words import tidy
from localcare.web.words import plural

Stage = Literal["lost", "still", "mended"]

_NAMED = 5


@dataclass(frozen=True, slots=True)
class PageTrouble:
    """An incident as it is told; `page` is the Page's name, empty when it is about all of the brand's."""

    incident_id: int
    kind: IncidentKind
    page: str
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """Incidents with one cause: the first of the Pages by name, and how many there are."""

    title: str
    detail: str
    since: str
    pages: str
    advice: Advice
    target: str


@dataclass(frozen=True, slots=True)
class PageAlertContent:
    """A mail about Pages before it has a recipient."""

    subject: str
    headline: str
    lead: str
    causes: tuple[Cause, ...]
    is_mended: bool = False
    target: str = "/admin/pages"


def build_page_alert(troubles: Sequence[PageTrouble], stage: Stage) -> PageAlertContent:
    """The mail on these incidents, all at the same stage; the gravest cause first."""
    groups: dict[tuple[IncidentKind, str, bool], list[PageTrouble]] = {}
    for trouble in sorted(troubles, key=lambda each: (KINDS.index(each.kind), each.page, each.incident_id)):
        groups.setdefault((trouble.kind, trouble.detail, not trouble.page), []).append(trouble)
    causes = tuple(_cause(kind, group) for (kind, _, _), group in sorted(groups.items(), key=_weight))
    count = len({trouble.page for trouble in troubles if trouble.page})
    what = plural(count, "Page") if count else "All Pages"
    first = causes[0].advice.name.lower() + (" and more" if len({cause.title for cause in causes}) > 1 else "")
    lead = _lead(stage, causes, is_ahead=all(trouble.kind == "expiry" for trouble in troubles))
    match stage:
        case "lost":
            return PageAlertContent(f"{what}: {first}", f"{what}: {first}", lead, causes)
        case "still":
            return PageAlertContent(f"Still: {what}, {first}", f"{what} still not mended", lead, causes)
        case "mended":
            return PageAlertContent(f"Mended: {what}", f"{what} well again", lead, causes)


def _lead(stage: Stage, causes: Sequence[Cause], *, is_ahead: bool) -> str:
    """That cases wait is said only where answers cannot go out; `is_ahead`: only of what has an end that comes."""
    waits = any("answers" in cause.advice.stops for cause in causes)
    match stage:
        case "lost" if is_ahead:
            return "No case has to wait when this is mended in time. What ends, when, and how it is mended:"
        case "lost":
            meanwhile = "Cases wait meanwhile, and nothing is dropped." if waits else "Nothing is dropped meanwhile."
            return f"{meanwhile} What is wrong, and how it is mended:"
        case "still":
            return f"It was told a day ago and is still so.{' What waits, waits.' if waits else ''}"
        case "mended":
            return f"What was told is mended{'; what waited goes out by itself' if waits else ''}."


def _cause(kind: IncidentKind, group: Sequence[PageTrouble]) -> Cause:
    is_everywhere = not group[0].page
    advice = advice_on(kind, everywhere=is_everywhere)
    since = min(trouble.since for trouble in group)
    return Cause(
        title=advice.broke,
        detail=tidy(group[0].detail, 400),
        since=f"{since:%A, %B} {since.day}, {since:%H:%M} UTC",
        pages="all Pages of the brand" if is_everywhere else _names(group),
        advice=advice,
        target=f"/admin/pages?kind={kind}",
    )


def _names(group: Sequence[PageTrouble]) -> str:
    names = [tidy(trouble.page, 60) for trouble in group]
    if len(names) == 1:
        return names[0]
    shown = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{plural(len(names), 'Page')}: {shown}{f' and {rest:,} more' if rest > 0 else ''}"


def _weight(item: tuple[tuple[IncidentKind, str, bool], list[PageTrouble]]) -> tuple[bool, int, int]:
    (kind, _, is_everywhere), group = item
    return (not is_everywhere, KINDS.index(kind), -len(group))
