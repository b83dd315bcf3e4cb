"""The verbs of the care team's rules: write a draft, put it in force, switch it off, take a change back, bring a file.

Every verb writes down who changed what, before and after, and has every worker notice within its next batch.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal, get_args

from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.triage import rule_repository as repository
from localcare.triage.core import Rule
from localcare.triage.core.rule_faults import Conflict, Fault, conflicts_of, faults_of
from localcare.triage.rule_files import Refused, RuleReading, as_form
from localcare.triage.rule_repository import ChangeRow, Form, KeptRow, StoreGroup
from localcare.triage.schemas import RuleEntry
from localcare.triage.shipped import load_lists, load_rule_files, load_rules, load_taxonomy

State = Literal["shipped", "draft", "live", "scheduled", "ended", "off"]
STATES: tuple[State, ...] = get_args(State)
RESERVED = frozenset({"new", "try", "bring", "drafts", "changes"})
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule as the care team sees it; `version` is 0 while nobody has touched a shipped one."""

    key: str
    kept: Literal["shipped", "draft", "live", "off"]
    live: RuleEntry | None
    draft: RuleEntry | None
    shipped: RuleEntry | None
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = "localcare"

    @property
    def entry(self) -> RuleEntry:
        """What there is to read: what is in force, or was, else what is being written."""
        found = self.live or self.shipped or self.draft
        assert found is not None  # noqa: S101 (a rule has one of them)
        return found

    @property
    def in_force(self) -> RuleEntry | None:
        """What counts, if its days have come; None when the rule is off or only a draft."""
        if self.kept == "off" or (self.kept == "draft" and self.shipped is None):
            return None
        return self.live if self.kept == "live" else self.shipped

    def state_on(self, day: date) -> State:
        """How it stands that day."""
        entry = self.in_force
        if entry is None or self.kept == "off":
            return "off" if self.kept == "off" else "draft"
        if entry.since and day < entry.since:
            return "scheduled"
        if entry.until and day > entry.until:
            return "ended"
        return "live" if self.kept == "live" else "shipped"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of rules did."""

    new: list[str]
    changed: list[str]
    unchanged: list[str]
    refused: list[Refused]


def list_rules(session: Session, brand_id: int) -> list[KeptRule]:
    """Every rule of a brand, those it wrote first, then the shipped ones."""
    shipped = shipped_entries()
    kept = {row.key: _kept(row, shipped.get(row.key)) for row in repository.list_rules(session, brand_id)}
    untouched = (KeptRule(key, "shipped", None, None, entry) for key, entry in shipped.items() if key not in kept)
    return [*kept.values(), *untouched]


def get_rule(session: Session, brand_id: int, key: str) -> KeptRule:
    """The rule of that key. Raises NotFoundError."""
    row, shipped = repository.find_rule(session, brand_id, key), shipped_entries().get(key)
    if row is not None:
        return _kept(row, shipped)
    if shipped is None:
        raise NotFoundError(f"There is no rule {key}.")
    return KeptRule(key, "shipped", None, None, shipped)


def faults_in(entry: RuleEntry, places: Mapping[str, str] | None = None) -> list[Fault]:
    """What stands against a rule; with `places` (of the brand) those it names must be there."""
    found = faults_of(as_written(entry), load_taxonomy(), lists=load_lists())
    if not KEY.fullmatch(entry.id):
        found.append(Fault("id", "An id has small letters, digits and dashes only, 60 at most."))
    elif entry.id in RESERVED:
        found.append(Fault("id", f"“{entry.id}” is the name of a page: choose another id."))
    if places is not None and (unknown := [place for place in entry.places if place not in places]):
        found.append(Fault("places", f"There is no {unknown[0].replace(':', ' ', 1)} in the directory."))
    return found


def conflicts_with(session: Session, brand_id: int, entry: RuleEntry) -> list[Conflict]:
    """How a rule would get along with those in force."""
    own = [rule for rule in list_rules(session, brand_id) if rule.kept != "shipped"]
    mine = [as_rule(kept.live) for kept in own if kept.kept == "live" and kept.live]
    replaced = {kept.key for kept in own if kept.kept in ("live", "off")}
    return conflicts_of(as_rule(entry), [*mine, *(rule for rule in load_rules().rules if rule.id not in replaced)])


def save_draft(
    session: Session, brand_id: int, entry: RuleEntry, *, by: str, now: datetime, seen_version: int | None = None
) -> None:
    """Keep a draft; what is in force stays. Raises ConflictError when somebody changed the rule since `seen_version`."""
    places = repository.place_names(session, brand_id) if entry.places else None
    if faults := faults_in(entry, places):
        raise InvalidError(faults[0].says)
    row = hold_as_seen(session, brand_id, entry.id, seen_version)
    after = _snapshot(row.state if row else "draft", row.live if row else None, as_form(entry))
    _change(session, brand_id, "wrote", {entry.id: (row, after)}, by=by, now=now)


def hold_as_seen(session: Session, brand_id: int, key: str, seen_version: int | None) -> KeptRow | None:
    """A rule, kept from others until the transaction ends. Raises ConflictError when it is not what somebody saw."""
    row = _hold(session, brand_id, key)
    if seen_version is not None and seen_version != (row.version if row else 0):
        who = row.updated_by if row else "Somebody"
        raise ConflictError(f"{who} has changed this rule meanwhile. Look at it as it is now, then do it again.")
    return row


def hold_all(session: Session, brand_id: int) -> list[KeptRule]:
    """Every rule of a brand, kept from others until the transaction ends: what was read is what is changed."""
    repository.hold_rule_set(session, brand_id)
    return list_rules(session, brand_id)


def print_of_drafts(rules: Iterable[KeptRule]) -> str:
    """Changes whenever one of the drafts does: who puts them all in force says so which they saw."""
    versions = sorted(f"{rule.key}:{rule.version}" for rule in rules if rule.draft)
    return sha256(" ".join(versions).encode()).hexdigest()[:16] if versions else ""


def go_live(session: Session, brand_id: int, keys: Sequence[str], *, by: str, now: datetime) -> list[str]:
    """Put drafts in force; returns the keys of those that had one. From their first day on, where they have dates.

    All or none: raises InvalidError when one is wrong by now, its region closed since it was written, say.
    """
    rows = repository.hold_rules(session, brand_id, keys)
    _refuse_faulty(session, brand_id, [RuleEntry.model_validate(row.draft) for row in rows.values() if row.draft])
    moved = {key: (row, _snapshot("live", row.draft, None)) for key, row in rows.items() if row.draft}
    _change(session, brand_id, "put in force", moved, by=by, now=now)
    return list(moved)


def switch_off(session: Session, brand_id: int, key: str, *, by: str, now: datetime) -> None:
    """A rule counts no longer, shipped or not; its draft stays."""
    get_rule(session, brand_id, key)
    row = _hold(session, brand_id, key)
    if row is not None and row.state == "off":
        raise InvalidError("This rule is off already.")
    live = row.live if row and row.state == "live" else None
    if row is not None and live is None and key not in shipped_entries():
        raise InvalidError("This rule is only a draft: there is nothing to switch off.")
    after = _snapshot("off", live, row.draft if row else None)
    _change(session, brand_id, "switched off", {key: (row, after)}, by=by, now=now)


def switch_on(session: Session, brand_id: int, key: str, *, by: str, now: datetime) -> None:
    """A rule counts again, as it did before it was switched off. Raises InvalidError when it is wrong by now."""
    row = _hold(session, brand_id, key)
    if row is None or row.state != "off":
        raise InvalidError("This rule is not switched off.")
    _refuse_faulty(session, brand_id, [RuleEntry.model_validate(row.live)] if row.live else [])
    after = (
        _snapshot("live", row.live, row.draft)
        if row.live
        else _snapshot("draft", None, row.draft)
        if row.draft
        else None
    )
    _change(session, brand_id, "switched on", {key: (row, after)}, by=by, now=now)


def discard(session: Session, brand_id: int, key: str, *, by: str, now: datetime) -> None:
    """Throw a draft away; without one, a rule that is off. Of a shipped rule what ships is left. It can be taken back."""
    row = _hold(session, brand_id, key)
    if row is None or (row.draft is None and row.state == "live" and key not in shipped_entries()):
        raise InvalidError("There is no draft to discard. Switch a rule off before you throw it away.")
    stays = row.draft is not None and row.state != "draft"
    after = _snapshot(row.state, row.live, None) if stays else None
    _change(session, brand_id, "discarded", {key: (row, after)}, by=by, now=now)


def undo(session: Session, brand_id: int, change_id: int, *, by: str, now: datetime) -> ChangeRow:
    """Take the last change of a rule back: it is as it was before. Raises ConflictError for earlier ones.

    Raises InvalidError when what would be in force again is wrong by now: switch the rule off, or write it anew.
    """
    change = repository.hold_change(session, brand_id, change_id)
    if change is None:
        raise NotFoundError("There is no such change.")
    if change.undone_at is not None:
        raise ConflictError(f"{change.undone_by} has taken this back already.")
    row = _hold(session, brand_id, change.key)
    if not repository.is_last_change(session, brand_id, change):
        raise ConflictError("The rule was changed again since. Take the later changes back first.")
    comes, stands = (
        _live_form(state) for state in (change.before, _snapshot(row.state, row.live, None) if row else None)
    )
    _refuse_faulty(session, brand_id, [RuleEntry.model_validate(comes)] if comes and comes != stands else [])
    _write(session, brand_id, {change.key: change.before}, by=by, now=now)
    repository.mark_undone(session, change_id, by=by, now=now)
    return change


def bring(
    session: Session, brand_id: int, reading: RuleReading, *, by: str, now: datetime, in_force: bool = False
) -> Imported:
    """Take a file's rules as drafts, or at once `in_force`; rules that it does not name stay as they are."""
    places = repository.place_names(session, brand_id) if any(entry.places for entry in reading.entries) else {}
    done, moves = Imported([], [], [], list(reading.refused)), {}
    rows = repository.hold_rules(session, brand_id, [entry.id for entry in reading.entries])
    for entry in reading.entries:
        row, form = rows.get(entry.id), as_form(entry)
        if faults := faults_in(entry, places):
            done.refused.append(Refused(entry.id, faults[0].says))
        elif row and (
            (row.state == "live" and row.live == form and not row.draft) or (not in_force and row.draft == form)
        ):
            done.unchanged.append(entry.id)
        else:
            (done.changed if row else done.new).append(entry.id)
            drafted = _snapshot(row.state if row else "draft", row.live if row else None, form)
            moves[entry.id] = (row, _snapshot("live", form, None) if in_force else drafted)
    _change(session, brand_id, "brought in force" if in_force else "brought", moves, by=by, now=now)
    return done


def history_of(session: Session, brand_id: int, key: str) -> list[ChangeRow]:
    """The last changes of a rule, newest first."""
    return repository.list_changes(session, brand_id, key)


def shipped_entries() -> dict[str, RuleEntry]:
    """The shipped rules by their ids, each with the owner and denials of its file: whoever changes one keeps them."""
    return {entry.id: entry for file in load_rule_files().values() for entry in file.entries}


def as_written(entry: RuleEntry) -> Rule:
    """The rule an entry means, lists of words by their names."""
    return entry.to_rule(owner="care", lists=_Verbatim())


def places_of(session: Session, brand_id: int) -> Mapping[str, str]:
    """Every group of stores that a rule may name, with its name."""
    return repository.place_names(session, brand_id)


def groups_of(session: Session, brand_id: int) -> list[StoreGroup]:
    """Regions and states whose stores a rule may be for, in the order of the hierarchy."""
    return repository.list_groups(session, brand_id)


def difference(change: ChangeRow) -> str:
    """Which parts of the rule's words and outcomes a change touched, for its history."""
    before, after = (_newest(snapshot) for snapshot in (change.before, change.after))
    if before is None or after is None or before == after:
        return ""
    parts = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return "; ".join(f"{name}: {_short(before.get(name))} → {_short(after.get(name))}" for name in parts)


def as_rule(entry: RuleEntry) -> Rule:
    """The rule an entry means, lists of words spelled out."""
    return entry.to_rule(owner="care", lists=load_lists())


class _Verbatim(dict[str, tuple[str, ...]]):
    """Lists of words that stay what they are called, for checks of what was written."""

    def __missing__(self, name: str) -> tuple[str, ...]:
        return (f"{{{name}}}",)


def _refuse_faulty(session: Session, brand_id: int, entries: Sequence[RuleEntry]) -> None:
    places = repository.place_names(session, brand_id) if any(entry.places for entry in entries) else {}
    faults = ((entry, fault) for entry in entries for fault in faults_in(entry, places))
    if found := next(faults, None):
        entry, fault = found
        raise InvalidError(f"The rule {entry.id} cannot be put in force. {fault.says}")


def _kept(row: KeptRow, shipped: RuleEntry | None) -> KeptRule:
    live, draft = (RuleEntry.model_validate(form) if form else None for form in (row.live, row.draft))
    kept: Literal["draft", "live", "off"] = "live" if row.state == "live" else "off" if row.state == "off" else "draft"
    return KeptRule(row.key, kept, live, draft, shipped, row.version, row.updated_at, row.updated_by)


def _newest(snapshot: Form | None) -> Form | None:
    form = (snapshot or {}).get("draft") or (snapshot or {}).get("live")
    return form if isinstance(form, dict) else None


def _live_form(snapshot: Form | None) -> Form | None:
    """What of a rule is in force; None when it is off or a draft."""
    form = snapshot.get("live") if snapshot and snapshot.get("state") == "live" else None
    return form if isinstance(form, dict) else None


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "nothing" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _hold(session: Session, brand_id: int, key: str) -> KeptRow | None:
    return repository.hold_rules(session, brand_id, [key]).get(key)


def _snapshot(state: str, live: Form | None, draft: Form | None) -> Form:
    return {"state": state, "live": live, "draft": draft}


def _change(
    session: Session, brand_id: int, kind: str, moves: Mapping[str, tuple[KeptRow | None, Form | None]], *, by: str,
    now: datetime,
) -> None:  # fmt: skip
    if not moves:
        return
    _write(session, brand_id, {key: after for key, (_, after) in moves.items()}, by=by, now=now)
    rows: list[Form] = [
        {"key": key, "kind": kind, "before": _snapshot(row.state, row.live, row.draft) if row else None, "after": after}
        for key, (row, after) in moves.items()
    ]
    repository.record_changes(session, brand_id, rows, by=by, now=now)


def _write(session: Session, brand_id: int, forms: Mapping[str, Form | None], *, by: str, now: datetime) -> None:
    saved: list[Form] = [{"key": key, **form} for key, form in forms.items() if form]
    if saved:
        repository.save_rules(session, brand_id, saved, by=by, now=now)
    if gone := _without(forms):
        repository.delete_rules(session, brand_id, gone)


def _without(forms: Mapping[str, Form | None]) -> list[str]:
    return [key for key, form in forms.items() if not form]


def keys_with_draft(rules: Iterable[KeptRule]) -> list[str]:
    """The rules that have something to put in force."""
    return [rule.key for rule in rules if rule.draft]
