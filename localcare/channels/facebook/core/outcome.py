"""What became of one change of a delivery."""

from dataclasses import dataclass

from localcare.mentions.core import MentionChange


@dataclass(frozen=True, slots=True)
class NoInterest:
    """A known kind of change that makes no mention, and why."""

    page_id: str | None
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something an administrator should see: it was not understood, or it needs a person."""

    page_id: str | None
    what: str
    why: str


Parsed = MentionChange | NoInterest | SetAside


class MisshapenError(Exception):
    """A change lacks what its kind must have; it becomes a SetAside and never spoils its neighbours."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
