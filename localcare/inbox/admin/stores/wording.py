"""What was done to a store, in the words of people who keep a directory: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from localcare.web.parts import Tone

FACT_LABELS = {
    "number": "Number", "name": "Name", "region_id": "Region", "street": "Street", "city": "City", "state": "State",
    "zip": "ZIP", "country": "Country", "latitude": "Latitude", "longitude": "Longitude", "timezone": "Time zone",
    "phone": "Phone", "hours": "Hours", "nicknames": "Nicknames", "opened_on": "Opened on", "closed_on": "Closed on",
    "successor_number": "Taken over by", "store_code": "Store code",
}  # fmt: skip
ALIAS_KINDS = {
    "nickname": "Nickname", "mall": "Mall", "landmark": "Landmark", "neighbourhood": "Neighbourhood",
    "cross-street": "Cross street", "phone": "Another phone", "address": "Another address", "place-id": "Place id",
}  # fmt: skip
PAGE_KINDS = {"official": "Official", "duplicate": "Duplicate", "rogue": "Not ours"}
_ICONS: dict[str, tuple[str, Tone]] = {
    "opened": ("store", "good"), "edited": ("pencil", "neutral"), "moved": ("map-pin", "info"), "closed": ("moon", "warn"),
    "reopened": ("sun", "good"), "renumbered": ("hash", "info"), "merged": ("merge", "warn"), "page-linked": ("link", "brand"),
    "page-unlinked": ("unlink", "neutral"), "alias-added": ("tag", "brand"), "alias-removed": ("tag", "neutral"),
    "planned": ("calendar", "info"),
    "imported": ("upload", "neutral"), "synced": ("refresh-cw", "neutral"), "undone": ("undo-2", "neutral"),
}  # fmt: skip
_VERBS = {
    "opened": "added the store", "edited": "changed", "moved": "moved the store", "closed": "closed the store",
    "reopened": "opened the store again", "renumbered": "changed the number",
    "imported": "brought from a file", "synced": "took over from the network",
}  # fmt: skip
_PLANS = {
    "moved": "planned to move the store", "renumbered": "planned to change the number",
    "reopened": "planned to open the store again", "edited": "planned to change the store",
}  # fmt: skip
_ADDED = "A store that was added stays: close it, or merge it into the store that it is."


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact before and after; "" is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change of the directory as it is kept."""

    id: int
    store_id: int | None
    kind: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    effective_at: datetime
    recorded_at: datetime
    recorded_by: str
    note: str | None
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change in words. `why_not` says why it cannot be taken back; "" when it may be tried."""

    id: int
    who: str
    what: str
    lines: tuple[FactLine, ...]
    icon: str
    tone: Tone
    effective_at: datetime
    recorded_at: datetime
    note: str
    undone_at: datetime | None
    undone_by: str
    why_not: str
    is_plan: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is planned and still to come."""
        return self.is_plan and self.undone_at is None and not self.why_not

    @property
    def was_backdated(self) -> bool:
        """Whether it holds from another day than the one on which it was recorded."""
        return abs((self.recorded_at - self.effective_at).total_seconds()) > 86_400


def change_line(change: ChangeFacts, regions: Mapping[int, str]) -> ChangeLine:
    """A change in words; `regions` are names by id."""
    icon, tone = _ICONS.get(change.kind, ("pencil", "neutral"))
    return ChangeLine(
        id=change.id,
        who={"import": "An import", "sync": "The sync"}.get(change.recorded_by, change.recorded_by),
        what=_in_words(change),
        lines=() if change.kind == "undone" or not change.before else fact_lines(change.before, change.after, regions),
        icon=icon,
        tone="neutral" if change.undone_at else tone,
        effective_at=change.effective_at,
        recorded_at=change.recorded_at,
        note=change.note or "",
        undone_at=change.undone_at,
        undone_by=change.undone_by or "",
        why_not=_why_not(change),
        is_plan=change.kind == "planned" and "trouble" not in change.after,
    )


def fact_lines(
    before: Mapping[str, object], after: Mapping[str, object], regions: Mapping[int, str]
) -> tuple[FactLine, ...]:
    """The facts that differ, in the order of a store's page."""
    return tuple(
        FactLine(label, fact_words(name, before.get(name), regions), fact_words(name, after.get(name), regions))
        for name, label in FACT_LABELS.items()
        if (name in before or name in after) and before.get(name) != after.get(name)
    )


def fact_words(name: str, value: object, regions: Mapping[int, str]) -> str:
    """A fact as people write it; "" for none."""
    if value is None or value in ((), []):
        return ""
    if name == "region_id" and isinstance(value, int):
        return regions.get(value, f"region {value}")
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return f"{value:.5f}" if isinstance(value, float) else str(value)


def _in_words(change: ChangeFacts) -> str:
    if change.kind == "planned":
        return _plan(change)
    return f"brought the file {change.after['file']}" if "file" in change.after else _what(change)


def _plan(change: ChangeFacts) -> str:
    trouble = change.after.get("trouble")
    words = _PLANS.get(str(change.after.get("kind")), "planned a change")
    return f"{words}, which could not be done: {trouble}" if trouble else words


def _what(change: ChangeFacts) -> str:
    kept = change.after or change.before
    match change.kind:
        case "page-linked":
            return f"linked the Page {_page(kept)}{_as_kind(kept)}"
        case "page-unlinked":
            return f"ended the link of the Page {_page(kept)}"
        case "alias-added" | "alias-removed":
            verb = "added" if change.kind == "alias-added" else "retired"
            return f"{verb} the {ALIAS_KINDS.get(str(kept.get('kind')), 'name').lower()} “{kept.get('words')}”"
        case "merged":
            return f"merged it into store {kept.get('successor_number') or change.before.get('successor_number')}"
        case "undone":
            undone = str(change.after.get("kind", ""))
            return f"took a change back ({undone.replace('-', ' ')})"
        case "edited" | "imported" | "synced" if change.before:
            return f"{_VERBS[change.kind]} {_names(change)}"
        case "imported" | "synced":
            return f"{_VERBS[change.kind]}: a new store"
    return _VERBS.get(change.kind, change.kind)


def _names(change: ChangeFacts) -> str:
    labels = [label.lower() for name, label in FACT_LABELS.items() if name in change.before]
    return ", ".join(labels[:-1]) + " and " + labels[-1] if len(labels) > 1 else (labels or ["nothing"])[0]


def _page(kept: Mapping[str, object]) -> str:
    return f"{kept.get('name')} ({kept.get('page_id')})"


def _as_kind(kept: Mapping[str, object]) -> str:
    return {"duplicate": " as a duplicate", "rogue": " as one that is not ours"}.get(str(kept.get("kind")), "")


def _why_not(change: ChangeFacts) -> str:
    if change.undone_at is not None:
        return "It has been taken back already."
    if change.kind == "planned" and "done" in change.after:
        return "It has taken place: take that change back instead."
    if change.kind == "undone":
        return "An undoing is not undone itself: make the change again."
    is_fact = not change.kind.startswith(("page-", "alias-"))
    return _ADDED if is_fact and not change.before else ""
