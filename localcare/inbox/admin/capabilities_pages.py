"""What the page of capabilities shows: the whole matrix, and what the last nights' probes brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from localcare.channels.capabilities import Capabilities, list_capabilities
from localcare.channels.facebook.models import CapabilityProbe
from localcare.inbox.admin.pages import AdminPage
from localcare.inbox.core.words import KINDS
from localcare.inbox.pages.capabilities import LABELS, NETWORKS, CapabilityLine
from localcare.web.parts import Column, Tone

OUTCOMES: dict[str, tuple[str, Tone]] = {
    "gone": ("Still gone", "neutral"),
    "answers": ("Facebook answers again", "good"),
    "unclear": ("No clear answer", "warn"),
    "not-asked": ("Not asked", "warn"),
}


@dataclass(frozen=True, slots=True)
class KindCapabilities:
    """One kind of thing on one network, with what can be done in a word each."""

    name: str
    lines: tuple[CapabilityLine, ...]


@dataclass(frozen=True, kw_only=True)
class CapabilitiesPage(AdminPage):
    """`admin/capabilities.html`: networks with their kinds; probes, the newest first; since when they bring the same."""

    networks: tuple[tuple[str, tuple[KindCapabilities, ...]], ...]
    probes: Sequence[CapabilityProbe]
    since: datetime | None
    outcomes: dict[str, tuple[str, Tone]]
    columns: tuple[Column, ...] = (Column("Asked"), Column("Page"), Column("Outcome"), Column("In words"))


def network_capabilities() -> tuple[tuple[str, tuple[KindCapabilities, ...]], ...]:
    """The matrix by network."""
    return tuple(
        (NETWORKS[channel], tuple(_kind(kind, known) for _, kind, known in rows))
        for channel, rows in groupby(list_capabilities(), key=lambda row: row[0])
    )


def _kind(kind: str, known: Capabilities) -> KindCapabilities:
    name = "recommendation" if kind == "review" else KINDS.get(kind, kind)
    lines = tuple(CapabilityLine(LABELS[ability], told.can, told.why) for ability, told in known)
    return KindCapabilities(name.capitalize(), lines)
