"""What the network lets us do with a case's words, as a small panel: every no with its reason."""

from dataclasses import dataclass

from localcare.channels.capabilities import capabilities_of
from localcare.replies.core import Turn

LABELS = {
    "read": "Read it there",
    "push": "Be told at once",
    "reply": "Answer from here",
    "private_reply": "Answer privately",
    "hide": "Hide it",
    "delete": "Delete it",
    "name_available": "See the name",
}
NETWORKS = {"facebook": "Facebook", "instagram": "Instagram"}


@dataclass(frozen=True, slots=True)
class CapabilityLine:
    """One thing that can be done, or not."""

    label: str
    can: bool
    why: str


@dataclass(frozen=True, slots=True)
class CapabilityPanel:
    """`inbox/_capabilities.html`."""

    title: str
    lines: tuple[CapabilityLine, ...]


def capability_panel(turn: Turn | None) -> CapabilityPanel | None:
    """What can be done with the words that wait; None when nothing does."""
    if turn is None:
        return None
    lines = tuple(
        CapabilityLine(LABELS[name], ability.can, ability.why)
        for name, ability in capabilities_of(turn.channel, turn.kind, turn.external_id)
    )
    network = NETWORKS.get(turn.channel)
    return CapabilityPanel(f"What {network} lets us do here" if network else "What we can do here", lines)
