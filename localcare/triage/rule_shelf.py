"""The rules a worker keeps at hand, renewed when a brand has changed them: asked once per batch. And how often each fires."""

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlmodel import Session

from localcare.people.core.viewer import DEFAULT_TIMEZONE
from localcare.triage import rule_repository as repository
from localcare.triage.core import Rule, RuleSet, Triager, Verdict
from localcare.triage.schemas import RuleEntry
from localcare.triage.shipped import load_lists

log = logging.getLogger(__name__)
_HERE = ZoneInfo(DEFAULT_TIMEZONE)
_SLOTS = 16


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    day: date
    base: Triager
    triager: Triager


class RuleShelf:
    """The triagers of all brands. One thread at a time; each worker has its own."""

    def __init__(self) -> None:
        self._versions: dict[int, int] = {}
        self._kept: dict[int, _Kept] = {}
        self._hits: Counter[tuple[int, str]] = Counter()

    def refresh(self, session: Session) -> None:
        """Begin a batch: notice changed rules; wants a session that sees all brands."""
        self._hits.clear()
        self._versions = repository.rule_versions(session)

    def triager_of(self, session: Session, brand_id: int, base: Triager, *, now: datetime) -> Triager:
        """A brand's triager as of the last refresh: `base` with the brand's rules; on a new day anew, for rules have dates."""
        version, day = self._versions.get(brand_id, 0), rule_day(now)
        if version == 0:
            return base
        kept = self._kept.get(brand_id)
        if kept is None or (kept.version, kept.day) != (version, day):
            rules = load_brand_rules(session, brand_id, base.rules.rules, on=day)
            kept = self._kept[brand_id] = _Kept(version, day, base, base.with_rules(rules))
        elif kept.base is not base:  # another model judges: the rules are as they were
            kept = self._kept[brand_id] = replace(kept, base=base, triager=base.with_rules(kept.triager.rules))
        return kept.triager

    def places_of(
        self, session: Session, brand_id: int, triager: Triager, store_of: Mapping[int, int | None]
    ) -> dict[int, frozenset[str]]:
        """The groups of stores of mentions whose store is known, by mention; nothing where no rule asks."""
        if not triager.rules.knows_places:
            return {}
        stores = {store_id for store_id in store_of.values() if store_id is not None}
        places = repository.places_of_stores(session, brand_id, sorted(stores)) if stores else {}
        return {mention: places[store] for mention, store in store_of.items() if store in places}

    def count(self, brand_id: int, verdicts: Iterable[Verdict]) -> None:
        """Remember which rules fired."""
        self._hits.update((brand_id, key) for verdict in verdicts for key in verdict.fired)

    def save_hits(self, session: Session, *, now: datetime) -> None:
        """Add what was counted since the refresh. Last in the transaction: it holds rows that other workers may want."""
        rows: list[repository.Form] = [
            {"brand_id": brand_id, "on_day": rule_day(now), "key": key, "hits": hits, "last_at": now}
            for (brand_id, key), hits in self._hits.items()
        ]
        repository.add_hits(session, rows, slot=os.getpid() % _SLOTS)
        self._hits.clear()


def rule_day(now: datetime) -> date:
    """The day by which rules begin and end and hits are counted: a brand's day begins at midnight in New York."""
    return now.astimezone(_HERE).date()


def load_brand_rules(session: Session, brand_id: int, shipped: Sequence[Rule], *, on: date) -> RuleSet:
    """The rules in force on a day: the brand's own, and of the shipped ones those that it has not replaced or switched off."""
    decided = repository.list_decided(session, brand_id)
    return RuleSet(compose(_read(decided), shipped, replaced={key for key, _, _ in decided}), on=on)


def compose(own: Iterable[Rule], shipped: Iterable[Rule], *, replaced: set[str]) -> list[Rule]:
    """The brand's rules, highest precedence first, then the shipped ones that are left."""
    ranked = sorted(own, key=lambda rule: (-rule.precedence, rule.id))
    return [*ranked, *(rule for rule in shipped if rule.id not in replaced)]


def _read(decided: Iterable[tuple[str, str, repository.Form | None]]) -> Iterator[Rule]:
    for key, state, form in decided:
        if state == "live" and form is not None:
            try:
                yield RuleEntry.model_validate(form).to_rule(owner="care", lists=load_lists())
            except (ValidationError, KeyError):
                log.exception("the rule %s cannot be read; it is left out, the others count", key)
