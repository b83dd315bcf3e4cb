"""The model switched off and on again for a brand: while it is off rules judge alone, and every page says so."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError
from localcare.triage import register_repository as repository
from localcare.triage.models import TriageModelChange
from localcare.triage.register import Who

SWITCHED_OFF, SWITCHED_ON = "switch off", "switch on"
_SHORTEST_REASON = 5
SOON = "Every worker takes it up within seconds."
_STILL_OFF = "The model is switched off: rules judge alone until somebody switches it on."


@dataclass(frozen=True, slots=True)
class Off:
    """Since when no model judges, who said so, and why."""

    since: datetime
    by: str
    why: str


def find_off(session: Session, brand_id: int) -> Off | None:
    """How the brand's model came to be off; None while one judges."""
    row = repository.find_set(session, brand_id)
    return Off(row.off_since, row.off_by or "", row.off_why or "") if row and row.off_since else None


def judges_in_words(session: Session, brand_id: int, when: str) -> str:
    """How a sentence on the live model goes on: that it judges again, say, or that it would if it were not switched off."""
    return f"would judge {when}. {_STILL_OFF}" if find_off(session, brand_id) else f"judges {when}. {SOON}"


def count_off(session: Session) -> int:
    """How many brands have their model switched off; wants a session of all brands."""
    return repository.count_off(session)


def switch_off(session: Session, brand_id: int, *, who: Who, now: datetime, why: str) -> Off:
    """Let rules judge alone from now on. Raises InvalidError without a reason, ConflictError when it is off already."""
    why = why.strip()
    if len(why) < _SHORTEST_REASON:
        raise InvalidError("Say why the model is switched off: colleagues will ask.")
    off = Off(now, who.name, why)
    _switch(session, brand_id, off, who=who, now=now)
    return off


def switch_on(session: Session, brand_id: int, *, who: Who, now: datetime) -> None:
    """Let the live model judge again. Raises ConflictError when it does already."""
    _switch(session, brand_id, None, who=who, now=now)


def _switch(session: Session, brand_id: int, off: Off | None, *, who: Who, now: datetime) -> None:
    repository.hold_models(session, brand_id)
    if (find_off(session, brand_id) is None) is (off is None):
        raise ConflictError(
            "The model is switched on already." if off is None else "The model is switched off already."
        )
    repository.raise_version(session, brand_id)
    since, by, why = (off.since, off.by, off.why) if off else (None, None, None)
    repository.set_off(session, brand_id, since=since, by=by, why=why)
    kind, after = (SWITCHED_ON, "on") if off is None else (SWITCHED_OFF, "off")
    repository.add_change(
        session,
        TriageModelChange(
            brand_id=brand_id, kind=kind, after=after, reason=off.why if off else "", at=now, by=who.name, person_id=who.person_id
        ),
    )  # fmt: skip
