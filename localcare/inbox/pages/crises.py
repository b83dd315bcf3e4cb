"""Crises that call, as every page and the page of their own show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.cases.crisis import RingingCase
from localcare.inbox.core.words import words_of
from localcare.people.core import Viewer
from localcare.web.pages import Page


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """A crisis that nobody has answered for."""

    case_id: int
    what: str
    where: str
    raised_at: datetime
    calls: int


@dataclass(frozen=True, kw_only=True)
class CrisesPage(Page):
    """`inbox/crises.html`: crises that nobody has answered for."""

    lines: tuple[CrisisLine, ...]


def crises_page(viewer: Viewer, ringing: Sequence[RingingCase]) -> CrisesPage:
    """What calls this viewer now."""
    lines = tuple(
        CrisisLine(
            each.case_id,
            ", ".join(map(words_of, each.risks)) or "A crisis",
            each.store_name or "no store known",
            each.raised_at,
            each.wave,
        )
        for each in ringing
    )
    return CrisesPage(title="Crises that call", viewer=viewer, lines=lines)
