"""The path of a mention, in order, a batch at a time: the only place that knows which step follows which.

    read → mentions → resolve → triage → cases → routing → (jobs for what calls out) → commit

One batch is one transaction without any network in it: a crash anywhere leaves the events on the todo list, as they were.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock

from sqlmodel import Session

from localcare.cases.core import CaseDecision
from localcare.cases.finding import (
    Found,
    Heard,
    as_answer,
    explained,
    free_to_move,
    hear,
    hold_conversations,
    list_heard_early,
    list_sought,
    look_around,
    read_doubts_again,
    release_found,
    resolve,
    taught,
    what_moves,
)
from localcare.cases.service import ChangedConversations, changed_by, decide_cases, save_decisions
from localcare.channels.facebook.listening import LastHeard, write_heard
from localcare.channels.facebook.service import brands_of_pages
from localcare.channels.reading import NoInterest, SetAside, read_event
from localcare.digests.crisis import tell_of_placed
from localcare.intake import service as intake
from localcare.intake.core import BatchReport, ClaimedEvent, Issue, Lane
from localcare.kit.clock import Clock
from localcare.kit.db import ALL_BRANDS, Database, is_conflict, is_outage, set_actor, through_conflicts
from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime
from localcare.mentions.core import MentionChange, conversation_key, said_by_the_brand
from localcare.mentions.service import ArrivedChange, TouchedMention, apply_changes, hold_mentions
from localcare.replies.service import confirm_echoes
from localcare.routing.service import PolicyShelf, place_cases
from localcare.stores.asking import SecondLooks, directory_versions
from localcare.stores.core.geocode_terms import GeocoderChoice
from localcare.stores.geocoding import RESOLVE_AGAIN_TASK, ask_for_points, chosen_geocoder
from localcare.stores.learning import learn
from localcare.stores.service import record_resolutions
from localcare.stores.shelf import Directory, DirectoryShelf
from localcare.triage.core import Triager
from localcare.triage.judging import JUDGE_AGAIN_TASK, Judging
from localcare.triage.model_files import ModelHome
from localcare.triage.model_shelf import Bases, ModelShelf
from localcare.triage.rule_shelf import RuleShelf
from localcare.triage.service import Judged, save_verdicts
from localcare.triage.shipped import load_careful, load_triager

log = logging.getLogger(__name__)

EVENTS_AT_ONCE, CHANGES_AT_ONCE = 400, 800
MAX_ATTEMPTS = 5
LOOK_EVERY = timedelta(seconds=2)
SOUGHT_AT_ONCE = 200
CUSTOMER = "customer"
"""Who decided when the customer answered “which store?”; the resolver overrules it as little as a person."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The steps with what each needs. `at_point` is called at each place where tests crash the process."""

    db: Database
    clock: Clock
    triager: Triager
    careful: Triager | None = None
    directories: DirectoryShelf = field(default_factory=lambda: DirectoryShelf(brands_of_pages))
    policies: PolicyShelf = field(default_factory=PolicyShelf)
    rules: RuleShelf = field(default_factory=RuleShelf)
    models: ModelShelf = field(default_factory=ModelShelf)
    geocoder: GeocoderChoice | None = None
    at_point: Callable[[str], None] = lambda _point: None
    heard: LastHeard = field(default_factory=LastHeard)
    _looks: SecondLooks = field(default_factory=SecondLooks)
    _turn: RLock = field(default_factory=RLock, compare=False)

    @property
    def _judging(self) -> Judging:
        return Judging(Bases(self.triager, self.careful), self.models, self.rules)

    def work_batch(self) -> BatchReport:
        """Work the oldest events in; an empty report means that there were none.

        When a batch fails, its events are tried one at a time, and the one that fails alone is postponed, then set aside.
        """
        with self._turn:
            report = through_conflicts(self._work_or_singly)
            self._look_again()
            return report

    def resolve_again(self, brand_id: int, mention_ids: Sequence[int], *, why: str) -> int:
        """Resolve mentions with what is known now; returns how many cases changed. Whatever a person decided stays.

        A case that waited for its store and has found it moves by the policy, unless somebody has it in hand.
        """
        with self._turn, self.db.session(ALL_BRANDS, viewer="pipeline") as session:
            now = self.clock.now()
            self.directories.refresh(session)
            self._judging.refresh(session)
            set_actor(session, brand_id, viewer="pipeline")
            held = hold_mentions(session, brand_id, mention_ids)
            mentions = [each for each in held if each.after.is_live and not each.after.from_page]
            hold_conversations(session, brand_id, frozenset(conversation_key(each.after) for each in mentions))
            directory = self.directories.directory_of(session, brand_id, now=now)
            heard = self._resolve(session, brand_id, mentions, directory, now, why=why)
            decisions = self._judged_again(session, brand_id, mentions, now)
            self._settle(session, brand_id, decisions, heard.found, directory, now)
            return len(decisions)

    def judge_again(self, brand_id: int, mention_ids: Sequence[int], *, anew: bool = False) -> int:
        """Judge mentions whose store a person has told, or `anew` because one wants it; returns how many cases changed."""
        with self._turn, self.db.session(ALL_BRANDS, viewer="pipeline") as session:
            now = self.clock.now()
            self.directories.refresh(session)
            self._judging.refresh(session)
            set_actor(session, brand_id, viewer="pipeline")
            held = hold_mentions(session, brand_id, mention_ids)
            decisions = self._judged_again(session, brand_id, held, now, anew=anew)
            directory = self.directories.directory_of(session, brand_id, now=now)
            self._settle(session, brand_id, decisions, [], directory, now)
            return len(decisions)

    def _judged_again(
        self, session: Session, brand_id: int, mentions: Sequence[TouchedMention], now: datetime, *, anew: bool = False
    ) -> list[CaseDecision]:
        hold_conversations(session, brand_id, keys := frozenset(conversation_key(each.after) for each in mentions))
        asking = set(self._judging.judge_again(session, brand_id, [each.id for each in mentions], now=now, anew=anew))
        asked = frozenset(conversation_key(each.after) for each in mentions if each.id in asking)
        return decide_cases(session, brand_id, ChangedConversations(keys, asked))

    def _look_again(self) -> None:
        """Now and then see whether a directory has changed; the cases that wait for a store are then read once more."""
        now = self.clock.now()
        if self._looks.due_at is None or now >= self._looks.due_at:
            with self.db.session(ALL_BRANDS, viewer="pipeline") as session:
                self._looks.notice(directory_versions(session), next_at=now + LOOK_EVERY)
        for brand_id, after in list(self._looks.to_do.items()):
            with self.db.session(brand_id, viewer="pipeline") as session:
                last, ids = list_sought(session, brand_id, after=after, limit=SOUGHT_AT_ONCE)
            self._looks.went_on(brand_id, last)
            if ids:
                self._try_again(brand_id, ids)

    def _try_again(self, brand_id: int, mention_ids: Sequence[int]) -> None:
        try:
            through_conflicts(lambda: self.resolve_again(brand_id, mention_ids, why="the directory says so now"))
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("cases that wait for a store could not be read again; they stay where they are")

    def _work_or_singly(self) -> BatchReport:
        try:
            return self._work(limit=EVENTS_AT_ONCE)
        except Exception as error:
            if _is_nobodys_fault(error):
                raise
            log.exception("a batch failed; its events are tried one at a time")
            return self._work_singly()

    def _work(self, *, limit: int) -> BatchReport:
        with self.db.session(ALL_BRANDS, viewer="pipeline") as session:
            events = intake.claim(session, limit=limit, now=self.clock.now())
            report = self._take_in(session, events) if events else BatchReport()
            self.at_point("mid batch")
        self.at_point("batch committed")
        return report

    def _work_singly(self) -> BatchReport:
        with self.db.session(ALL_BRANDS, viewer="pipeline") as session:
            events = intake.claim(session, limit=EVENTS_AT_ONCE, now=self.clock.now())
            for event in events:
                self._try_alone(session, event)
        return BatchReport(events=len(events))

    def _try_alone(self, session: Session, event: ClaimedEvent) -> None:
        try:
            with session.begin_nested():
                self._take_in(session, [event])
        except Exception as error:
            if _is_nobodys_fault(error):
                raise
            log.exception("event %s could not be worked in", event.id)
            set_actor(session, ALL_BRANDS, viewer="pipeline")
            self._postpone(session, event, error)

    def _postpone(self, session: Session, event: ClaimedEvent, error: Exception) -> None:
        now = self.clock.now()
        if event.attempts + 1 < MAX_ATTEMPTS:
            intake.postpone(session, event.id, until=now + timedelta(minutes=2**event.attempts))
            return
        why = f"It failed {MAX_ATTEMPTS} times, last with {type(error).__name__}."
        intake.save_issues(session, [Issue(event.id, -1, "stuck", None, event.source, why, event.brand_id)], now=now)
        intake.finish(session, [event.id])

    def _take_in(self, session: Session, events: Sequence[ClaimedEvent]) -> BatchReport:
        now = self.clock.now()
        self.directories.refresh(session)
        self._judging.refresh(session)
        read, arrived, issues = self._read(events)
        reports = []
        for brand_id, changes in sorted(arrived.items()):
            set_actor(session, brand_id, viewer="pipeline")
            reports.append(self._work_brand(session, brand_id, changes, now))
        set_actor(session, ALL_BRANDS, viewer="pipeline")
        intake.save_issues(session, issues, now=now)
        intake.finish(session, read)
        self.rules.save_hits(session, now=now)
        return BatchReport(
            events=len(read),
            changes=sum(map(len, arrived.values())),
            mentions=sum(report.mentions for report in reports),
            cases=sum(report.cases for report in reports),
        )

    def _read(self, events: Sequence[ClaimedEvent]) -> tuple[list[int], Mapping[int, list[ArrivedChange]], list[Issue]]:
        """Ids of the events read until the batch was full, their changes by brand, and what an administrator must see."""
        read: list[int] = []
        arrived: dict[int, list[ArrivedChange]] = defaultdict(list)
        issues: list[Issue] = []
        size = 0
        for event in events:
            outcomes = read_event(event.source, event.body, received_at=event.received_at)
            if read and size + len(outcomes) > CHANGES_AT_ONCE:
                break
            size += len(outcomes)
            read.append(event.id)
            pages = (outcome.page_id for outcome in outcomes)
            self.heard.note(pages, event.received_at, by_webhook=event.lane == Lane.WEBHOOK)
            for position, outcome in enumerate(outcomes):
                match outcome:
                    case MentionChange():
                        brand_id = event.brand_id or self.directories.find_brand(outcome.channel, outcome.page_id)
                        if brand_id is None:
                            issues.append(intake.unknown_page(event, position, outcome))
                        else:
                            who = (outcome.author_id, outcome.author_name)
                            is_ours = self.directories.is_own(brand_id, outcome.channel, *who)
                            told = said_by_the_brand(outcome) if is_ours else outcome
                            arrived[brand_id].append(ArrivedChange(event.id, told, f"{event.lane}:{event.source}"))
                    case SetAside(page_id, what, why):
                        brand_id = event.brand_id or self.directories.find_brand("facebook", page_id)
                        issues.append(Issue(event.id, position, "set-aside", page_id, what, why, brand_id))
                    case NoInterest():
                        pass
        return read, arrived, issues

    def _work_brand(
        self, session: Session, brand_id: int, changes: Sequence[ArrivedChange], now: datetime
    ) -> BatchReport:
        directory = self.directories.directory_of(session, brand_id, now=now)
        touched = apply_changes(session, brand_id, changes, now=now)
        words = [mention for mention in touched if not mention.after.from_page]
        to_read = [mention for mention in words if mention.is_new_to_readers and mention.after.is_live]
        heard = self._resolve(session, brand_id, to_read, directory, now, why="the customer has written more")
        conversations_asking = self._triage(session, brand_id, to_read, directory, now, heard)
        self._judging.judge_again(session, brand_id, heard.stores.keys() - {each.id for each in to_read}, now=now)
        own = [mention.after for mention in touched if mention.after.from_page]
        taken_back = confirm_echoes(session, brand_id, [state.external_id for state in own])
        changed = replace(changed_by(words, conversations_asking, own), taken_back=tuple(taken_back))
        decisions = decide_cases(session, brand_id, changed)
        self._settle(session, brand_id, decisions, heard.found, directory, now)
        if late := list_heard_early(session, brand_id, {each.key for each in decisions}, heard):
            self._read_again(session, brand_id, hold_mentions(session, brand_id, late), directory, now)
        return BatchReport(mentions=len(touched), cases=len(decisions))

    def _read_again(
        self, session: Session, brand_id: int, mentions: Sequence[TouchedMention], directory: Directory, now: datetime
    ) -> None:
        """Words that answer “which store?”, told before the question was, or in one breath with it."""
        heard = self._resolve(session, brand_id, mentions, directory, now, why="the customer has written more")
        asking = self._triage(session, brand_id, mentions, directory, now, heard)
        keys = frozenset(conversation_key(each.after) for each in mentions)
        again = decide_cases(session, brand_id, ChangedConversations(keys, frozenset(asking)))
        self._settle(session, brand_id, again, heard.found, directory, now)

    def _resolve(
        self,
        session: Session,
        brand_id: int,
        mentions: Sequence[TouchedMention],
        directory: Directory,
        now: datetime,
        *,
        why: str,
    ) -> Heard:
        """Read and save; returns what tells the store of cases that sought it."""
        around = look_around(session, brand_id, mentions, directory, self.geocoder, now=now)
        heard = hear(mentions, resolve(mentions, around, directory.resolver), around, why=why)
        record_resolutions(session, brand_id, heard.by_resolver, now=now)
        record_resolutions(session, brand_id, heard.by_customer, now=now, decided_by=CUSTOMER)
        ask_for_points(session, self.geocoder, brand_id, heard.unplaced, now=now)
        return heard

    def _settle(
        self,
        session: Session,
        brand_id: int,
        decisions: Sequence[CaseDecision],
        found: Sequence[Found],
        directory: Directory,
        now: datetime,
    ) -> None:
        """Place and save cases; those that have found their store leave whose hands sought it, and teach."""
        moving = what_moves(decisions, found)
        settled = [free_to_move(each) if each.slot in moving else each for each in decisions]
        policy = self.policies.policy_of(session, brand_id)
        placements = place_cases(session, brand_id, settled, directory.stores, policy, now=now)
        placements = {key: explained(placement, moving.get(key)) for key, placement in placements.items()}
        case_ids = save_decisions(session, brand_id, settled, placements, now=now)
        release_found(session, [case_ids[key] for key in moving])
        placed = [(case_ids[each.slot], each, placements[each.slot]) for each in settled if each.slot in placements]
        tell_of_placed(session, brand_id, placed, directory.stores, policy, now=now)
        for one in found:
            if one.by_customer and one.author:
                read_doubts_again(session, brand_id, one.author, key=one.key)
        # last, because a name that is believed from now on holds the brand's row until the end
        learn(session, brand_id, taught(brand_id, found), by=CUSTOMER, now=now)

    def _triage(
        self,
        session: Session,
        brand_id: int,
        mentions: Sequence[TouchedMention],
        directory: Directory,
        now: datetime,
        heard: Heard,
    ) -> set[str]:
        """Judge and save; returns the conversations with words that ask for an answer."""
        fast = self.policies.policy_of(session, brand_id).wants_fast
        judgements = self._judging.judge(session, brand_id, mentions, directory, heard.stores, now=now, fast=fast)
        judged = [
            Judged(each.id, as_answer(verdict, heard.replies[each.id]) if each.id in heard.replies else verdict)
            for each, verdict in zip(mentions, judgements, strict=True)
        ]
        held = save_verdicts(session, brand_id, judged, now=now)
        return {
            conversation_key(mention.after)
            for mention, each in zip(mentions, held, strict=True)
            if each.verdict.actionable
        }


def _is_nobodys_fault(error: Exception) -> bool:
    """Whether an error says nothing against the events that were being worked in."""
    return is_outage(error) or is_conflict(error)


@task(RESOLVE_AGAIN_TASK, retry=PATIENT)
def resolve_again(
    runtime: Runtime, *, brand_id: int, mention_ids: list[int], why: str = "a geocoder told where it is"
) -> None:
    """Read mentions once more of which something new is known."""
    pipeline_of(runtime).resolve_again(brand_id, mention_ids, why=why)


@task(JUDGE_AGAIN_TASK, retry=PATIENT)
def judge_again(runtime: Runtime, *, brand_id: int, mention_ids: list[int], anew: bool = False) -> None:
    """Judge mentions once more whose store a person has told, or that somebody wants judged `anew`."""
    pipeline_of(runtime).judge_again(brand_id, mention_ids, anew=anew)


def note_heard(runtime: Runtime) -> int:
    """What the clock does every minute: keep when this process last heard of each Page; returns how many had news."""
    pipeline = runtime.workbench.find(Pipeline)
    return write_heard(runtime, pipeline.heard) if pipeline else 0


def pipeline_of(runtime: Runtime) -> Pipeline:
    """The pipeline that works in this process: batches and jobs share its directories and its turn."""
    chosen = runtime.settings
    pipeline = runtime.workbench.take(
        Pipeline,
        lambda: Pipeline(
            runtime.db,
            runtime.clock,
            load_triager(),
            load_careful(chosen.encoder),
            models=ModelShelf(ModelHome.within(chosen.data_dir)),
            geocoder=chosen_geocoder(chosen),
        ),
    )
    if runtime.workbench.find(Bases) is None:
        runtime.workbench.put(Bases(pipeline.triager, pipeline.careful))  # for whoever judges beside it
    return pipeline
