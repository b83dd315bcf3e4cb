"""Trying rules out before they count: one text at once, how much of the newest a rule would catch, a month as a job.

What is on trial is judged as if its days had come. Nothing here changes a verdict that is kept.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from localcare.errors import InvalidError
from localcare.kit.clock import Clock
from localcare.kit.db import Database
from localcare.kit.jobs import defer
from localcare.triage import rule_repository
from localcare.triage import rule_trial_repository as repository
from localcare.triage.core import Fired, Item, Rule, RuleSet, Triager, Verdict
from localcare.triage.core.rule_effects import Effect, EffectReport, Outcome
from localcare.triage.core.rule_marks import Stretch, mark_words
from localcare.triage.rule_shelf import load_brand_rules, rule_day
from localcare.triage.rule_trial_repository import Form, ReadMention, RunRow
from localcare.triage.ruling import KeptRule, as_rule
from localcare.triage.schemas import RuleEntry
from localcare.triage.shipped import load_triager

__all__ = [
    "DAYS",
    "DRY_RUN_TASK",
    "LONGEST_TEXT",
    "MOST_READ",
    "STALLED_AFTER",
    "Change",
    "DryRun",
    "OutcomeShown",
    "QueueOf",
    "ReadMention",
    "SampleKept",
    "Trial",
    "ask_dry_run",
    "change_of",
    "fail_dry_run",
    "find_dry_run",
    "items_of",
    "list_mentions",
    "list_newest_since",
    "list_recent",
    "reach_of",
    "stop_dry_run",
    "triager_at_hand",
    "trial_rules",
    "try_text",
    "work_dry_run",
]

DRY_RUN_TASK = "localcare.triage.dry_run"
DAYS = 30
MOST_READ = 300_000
"""A dry run reads no more than this many of the newest mentions."""
_AT_ONCE = 1_000
_REACH = 1_000
STALLED_AFTER = timedelta(minutes=3)
LONGEST_TEXT = 100_000
QueueOf = Callable[[ReadMention, Verdict], str]
"""The queue of a mention by its verdict."""
Route = Callable[[Session, int], QueueOf]
"""Reads a brand's routing policy."""
RunState = Literal["waiting", "working", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A text judged with the rules in force and with those on trial; `fired` with them, `stretches` their words in the text."""

    before: Verdict
    after: Verdict
    fired: tuple[Fired, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A rule before and after: as it counts now, and as it would; None is not at all."""

    key: str
    before: RuleEntry | None
    after: RuleEntry | None


class OutcomeShown(BaseModel):
    """What a verdict came to, as a report keeps it; `queue` is "" where nobody told."""

    model_config = ConfigDict(frozen=True)

    actionable: bool
    topic: str
    tier: int
    urgency: str
    risks: tuple[str, ...]
    queue: str = ""


class SampleKept(BaseModel):
    """A mention to read, by its id."""

    model_config = ConfigDict(frozen=True)

    mention_id: int
    effects: tuple[Effect, ...]
    before: OutcomeShown
    after: OutcomeShown


class Report(BaseModel):
    """What a dry run found. `moves` are (what, from, to, how many), the most frequent first."""

    model_config = ConfigDict(frozen=True)

    fired: int = 0
    changed: int = 0
    effects: dict[Effect, int] = {}
    moves: tuple[tuple[str, str, str, int], ...] = ()
    samples: tuple[SampleKept, ...] = ()


@dataclass(frozen=True, slots=True)
class DryRun:
    """A dry run as pages and commands show it."""

    id: int
    key: str
    state: RunState
    days: int
    total: int
    read: int
    asked_at: datetime
    asked_by: str
    moved_at: datetime
    report: Report
    changes: tuple[Change, ...] = field(default=())

    @property
    def is_under_way(self) -> bool:
        """Whether there is more to come."""
        return self.state in ("waiting", "working")


@lru_cache(maxsize=1)
def triager_at_hand() -> Triager:
    """The shipped triager of this process, loaded when somebody first tries something; `LiveModels` says what judges."""
    return load_triager()


def trial_rules(
    session: Session, brand_id: int, base: Triager, changes: Sequence[Change], *, now: datetime
) -> tuple[Triager, Triager]:
    """Two triagers: with the rules in force, and with the changes as well. `base` has the model that judges, if one does."""
    present = load_brand_rules(session, brand_id, base.rules.rules, on=rule_day(now))
    changed = {change.key for change in changes}
    coming = [_undated(as_rule(change.after)) for change in changes if change.after]
    others = (rule for rule in present.rules if rule.id not in changed)
    ranked = sorted(coming, key=lambda rule: -rule.precedence)
    return base.with_rules(present), base.with_rules(RuleSet([*ranked, *others]))


def try_text(triagers: tuple[Triager, Triager], item: Item, *, marked: Collection[str] = ()) -> Trial:
    """What a text comes to with either; words are marked of the rules `marked`, or of all where none of those fires."""
    present, coming = triagers
    item = replace(item, text=item.text[:LONGEST_TEXT])
    fired = tuple(coming.fired_on(item))
    chosen = [each for each in fired if each.rule.id in marked] or fired
    words = [words for each in chosen for words in each.words]
    before, after = (triager.judge_many([item])[0] for triager in (present, coming))
    return Trial(before, after, fired, tuple(mark_words(item.text, words)))


def reach_of(session: Session, brand_id: int, entry: RuleEntry, *, now: datetime) -> tuple[int, int]:
    """(how many of the newest mentions a rule would fire on, how many were read)."""
    rules = RuleSet([_unlimited(as_rule(entry))])
    mentions = list_recent(session, brand_id, now=now, most=_REACH)
    return sum(bool(rules.match(mention.text)) for mention in mentions), len(mentions)


def list_recent(session: Session, brand_id: int, *, now: datetime, most: int) -> list[ReadMention]:
    """The newest mentions of the last days."""
    return repository.list_newest(session, brand_id, since=now - timedelta(days=DAYS), most=most)


def list_newest_since(session: Session, brand_id: int, *, since: datetime, most: int) -> list[ReadMention]:
    """What customers wrote since then and is still there, the newest first."""
    return repository.list_newest(session, brand_id, since=since, most=most)


def list_mentions(session: Session, brand_id: int, ids: Collection[int]) -> dict[int, ReadMention]:
    """Those of these mentions that are still there."""
    return repository.list_by_ids(session, brand_id, list(ids))


def list_catching(session: Session, brand_id: int, entry: RuleEntry, ids: Collection[int]) -> list[int]:
    """Those of these mentions that a rule's words stand in, whatever its days and stores, the oldest first."""
    rules = RuleSet([_unlimited(as_rule(entry))])
    return sorted(each.id for each in list_mentions(session, brand_id, ids).values() if rules.match(each.text))


def items_of(session: Session, brand_id: int, mentions: Sequence[ReadMention]) -> list[Item]:
    """Mentions as triage takes them, each with the groups its store belongs to."""
    stores = sorted({mention.store_id for mention in mentions if mention.store_id is not None})
    places = rule_repository.places_of_stores(session, brand_id, stores) if stores else {}
    return [_item(mention, places.get(mention.store_id or 0, frozenset())) for mention in mentions]


def change_of(rule: KeptRule) -> Change:
    """What putting a draft in force would change; without one, switching the rule off, or on again."""
    switched = (rule.live or rule.shipped) if rule.kept == "off" else None
    return Change(rule.key, rule.in_force, rule.draft or switched)


def ask_dry_run(
    session: Session,
    brand_id: int,
    key: str,
    changes: Sequence[Change],
    *,
    by: str,
    now: datetime,
    days: int = DAYS,
    by_worker: bool = True,
) -> int:
    """Have a worker (or, without `by_worker`, the caller) find out what rules would have done; returns the run's id."""
    if not changes:
        raise InvalidError("There is nothing to try: no rule would change.")
    forms: list[Form] = [
        {"key": each.key, "before": _form(each.before), "after": _form(each.after)} for each in changes
    ]
    run = repository.ask_run(session, brand_id, key, forms, days=days, by=by, now=now)
    if by_worker:
        defer(session, DRY_RUN_TASK, brand_id=brand_id, run_id=run.id)
    return run.id


def find_dry_run(session: Session, brand_id: int, key: str) -> DryRun | None:
    """The last dry run of a rule, or of all drafts together."""
    row = repository.find_latest_run(session, brand_id, key)
    return _shown(row) if row else None


def stop_dry_run(session: Session, brand_id: int, key: str, *, now: datetime) -> None:
    """Let it be."""
    repository.stop_runs(session, brand_id, key, now=now)


def work_dry_run(
    db: Database, clock: Clock, base: Triager, brand_id: int, run_id: int, *, route: Route | None = None
) -> None:
    """Read the last days' mentions, a thousand to a transaction; told to stop, it stops. Run again, it begins anew.

    With a `route` it tells, too, what would go to another queue.
    """
    with db.session(brand_id, viewer="dry run") as session:
        run = repository.find_run(session, brand_id, run_id)
        if run is None or run.state not in ("waiting", "working"):
            return
        since = run.asked_at - timedelta(days=run.days)
        changes = _changes(run)
        triagers = trial_rules(session, brand_id, base, changes, now=clock.now())
        queue_of = route(session, brand_id) if route else _nowhere
        total = repository.count_mentions(session, brand_id, since=since, most=MOST_READ)
    sieve = RuleSet(_unlimited(as_rule(form)) for each in changes for form in (each.before, each.after) if form)
    keys, found, read, before = {each.key for each in changes}, EffectReport(), 0, None
    goes_on = True
    while goes_on:
        with db.session(brand_id, viewer="dry run") as session:
            mentions = repository.list_newest(session, brand_id, since=since, most=_AT_ONCE, before=before)
            caught = [mention for mention in mentions if any(map(sieve.match_folded, _readings(triagers, mention)))]
            for mention, outcomes, fires in _judge(session, brand_id, triagers, caught, keys, queue_of):
                found.add(mention.id, *outcomes, fires=fires)
            read += len(mentions)
            before = mentions[-1].id if mentions else before
            ends = len(mentions) < _AT_ONCE or read >= MOST_READ
            goes_on = repository.move_run(
                session, run, state="done" if ends else "working", total=max(total, read), read=read,
                report=_report(found), now=clock.now(),
            ) and not ends  # fmt: skip


def fail_dry_run(session: Session, brand_id: int, run_id: int, *, now: datetime) -> None:
    """Note that a dry run came to nothing."""
    if run := repository.find_run(session, brand_id, run_id):
        repository.move_run(session, run, state="failed", total=run.total, read=run.read, report=run.report, now=now)


def _judge(
    session: Session, brand_id: int, triagers: tuple[Triager, Triager], mentions: Sequence[ReadMention], keys: set[str],
    queue_of: QueueOf,
) -> Iterator[tuple[ReadMention, tuple[Outcome, Outcome], bool]]:  # fmt: skip
    """Of each mention on which a changed rule fires: what it comes to without and with the change, and whether it fires then."""
    items = items_of(session, brand_id, mentions)
    both = zip(mentions, *(triager.judge_many(items) for triager in triagers), strict=True)
    for mention, before, after in both:
        fires = not keys.isdisjoint(after.fired)
        if fires or not keys.isdisjoint(before.fired):
            old, new = (Outcome.of(verdict, queue_of(mention, verdict)) for verdict in (before, after))
            yield mention, (old, new), fires


def _readings(triagers: tuple[Triager, Triager], mention: ReadMention) -> set[str]:
    """A mention's words as either triager reads them: each mends the words of its own rules."""
    return {reading for triager in triagers for reading in triager.readings_of(mention.text)}


def _nowhere(_mention: ReadMention, _verdict: Verdict) -> str:
    return ""


def _item(mention: ReadMention, places: frozenset[str]) -> Item:
    return Item(
        id=str(mention.id), text=mention.text, channel=mention.channel, kind=mention.kind, recommends=mention.recommends,
        rating=mention.rating, page_kind="store" if mention.on_store_page else "brand",
        has_attachments=mention.has_attachments, places=places,
    )  # fmt: skip


def _undated(rule: Rule) -> Rule:
    return replace(rule, since=None, until=None)


def _unlimited(rule: Rule) -> Rule:
    return replace(rule, since=None, until=None, channels=(), language=None, places=())


def _form(entry: RuleEntry | None) -> Form | None:
    return entry.model_dump(mode="json", exclude_defaults=True) if entry else None


def _changes(run: RunRow) -> tuple[Change, ...]:
    return tuple(_change(form) for form in run.changes)


def _change(form: Mapping[str, object]) -> Change:
    before, after = (RuleEntry.model_validate(form[side]) if form[side] else None for side in ("before", "after"))
    return Change(str(form["key"]), before, after)


def _report(found: EffectReport) -> Form:
    moves = [(*move, count) for move, count in found.moves.most_common(40)]
    report = Report(
        fired=found.fired, changed=found.changed, effects=dict(found.effects), moves=tuple(moves),
        samples=tuple(SampleKept.model_validate(asdict(sample)) for sample in found.samples),
    )  # fmt: skip
    return report.model_dump(mode="json")


def _shown(row: RunRow) -> DryRun:
    state: RunState = row.state  # type: ignore[assignment]
    report = Report.model_validate(row.report)
    return DryRun(
        row.id, row.key, state, row.days, row.total, row.read, row.asked_at, row.asked_by, row.moved_at, report,
        _changes(row),
    )  # fmt: skip
