"""Crises that call, as every page and the page of their own show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.cases.crisis import RingingCase
from localcare.inbox.core.words import words_of
from localcare.people.core import Viewer
from localcare.web.pages import Page
from localcare.web.words import capital_first, plural


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """A crisis that nobody has answered for."""

    case_id: int
    what: str
    raised_at: datetime
    calls: int
    given_to: str


@dataclass(frozen=True, kw_only=True)
class CrisesPage(Page):
    """`inbox/crises.html`: crises that nobody has answered for. `first` is the one that other pages show with its tap.

    It is None on the page of a case that calls: there is the tap for that one alone. `more` counts the others in words,
    "" where there are none; `approvals` how many answers wait for this person, "" where none does; `surge` what everybody
    has to know while one is on, "" when none is.
    """

    lines: tuple[CrisisLine, ...]
    first: CrisisLine | None
    more: str
    approvals: str
    surge: str
    surge_href: str


def _what(ringing: RingingCase) -> str:
    seen = ", ".join(words_of(risk).lower() for risk in ringing.risks) or "a crisis"
    where = f" at {ringing.store_name}" if ringing.store_name else ", no store known"
    return f"{capital_first(seen)}{where}"


def crises_page(
    viewer: Viewer, ringing: Sequence[RingingCase], *, on_screen: int = 0, to_approve: int = 0, surge: str = ""
) -> CrisesPage:
    """What calls this viewer now, that answers wait for their approval, and that a surge is on.

    `on_screen` is the case they look at, 0 for none: one that calls says so itself.
    """
    lines = tuple(
        CrisisLine(
            each.case_id,
            _what(each),
            each.raised_at,
            each.wave,
            each.given_to,
        )
        for each in ringing
    )
    is_shown = any(line.case_id == on_screen for line in lines)
    first = lines[0] if lines and not is_shown else None
    others = len(lines) - 1
    more = f"{plural(others, 'more crisis calls', 'more crises call')}: see all of them" if others > 0 else ""
    approvals = f"{plural(to_approve, 'answer waits', 'answers wait')} for your approval" if to_approve else ""
    href = "/supervise/surge" if viewer.may_supervise or viewer.may_administer else ""
    title = "Crises that call"
    return CrisesPage(
        title=title,
        viewer=viewer,
        lines=lines,
        first=first,
        more=more,
        approvals=approvals,
        surge=surge,
        surge_href=href,
    )
