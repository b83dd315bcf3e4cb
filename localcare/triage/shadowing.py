"""A model judges along: the same mentions, the same rules, in batches, a little at a time, and nothing it says counts.

It works only while little else waits, for no longer than its budget, and a model that fails is noted and left alone.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.errors import CareError
from localcare.kit.clock import Clock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.triage import register_repository, rule_trial
from localcare.triage import shadow_repository as repository
from localcare.triage.core import Triager
from localcare.triage.core.shadow import ShadowReport, differing, facts_of
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.judging import Judging
from localcare.triage.model_files import ModelHome
from localcare.triage.models import TriageModel
from localcare.triage.rule_trial import ReadMention, Route
from localcare.triage.shadow_repository import HeldShadow

log = logging.getLogger(__name__)

AT_ONCE = 200
BUDGET_SECONDS = 2.0
KEPT_FOR = timedelta(days=90)
_CASES_SHOWN = 8


@dataclass(slots=True)
class ShadowDesk:
    """What a worker needs to judge along: the live models and rules, where models lie, and the policy. One thread at a time."""

    judging: Judging
    home: ModelHome
    route: Route
    _kept: tuple[int, Triager] | None = None

    def work(self, db: Database, clock: Clock, *, budget: float = BUDGET_SECONDS) -> int:
        """Judge along for every brand that has a model in the shadow, within the budget; returns how many mentions."""
        ends, done = time.perf_counter() + budget, 0
        with db.session(ALL_BRANDS, viewer="shadow") as session:
            brands = repository.list_brands(session)
            if brands:
                self.judging.refresh(session)
        for brand_id in brands:
            batch = AT_ONCE
            while batch == AT_ONCE and time.perf_counter() < ends:
                with db.session(brand_id, viewer="shadow") as session:
                    batch = self._batch(session, brand_id, clock)
                done += batch
        return done

    def _batch(self, session: Session, brand_id: int, clock: Clock) -> int:
        held, now = repository.hold(session, brand_id), clock.now()
        if held is None:
            return 0
        shadow = self._triager_of(session, brand_id, held)
        if shadow is None:
            return 0
        newest = repository.last_mention(session, brand_id, now=now)
        mentions = repository.list_next(session, brand_id, held, now=now, most=AT_ONCE)
        live = self.judging.triager_of(session, brand_id, now=now)
        rows = self._compare(session, brand_id, live, shadow.with_rules(live.rules), mentions)
        looked_to = mentions[-1].id if len(mentions) == AT_ONCE else max(newest, held.looked_to)
        repository.save(session, brand_id, held, rows, looked_to=looked_to, now=now)
        return len(mentions)

    def _triager_of(self, session: Session, brand_id: int, held: HeldShadow) -> Triager | None:
        if self._kept is not None and self._kept[0] == held.id:
            return self._kept[1]
        model = register_repository.find_model(session, brand_id, held.id)
        assert model is not None  # noqa: S101 (it is held)
        try:
            triager = self.judging.shipped.fast.with_model(self.home.load(session, model))
        except CareError as error:
            log.error("the model %s cannot judge along: %s", held.version, error.message)
            register_repository.note_trouble(session, held.id, error.message)
            return None
        self._kept = held.id, triager
        return triager

    def _compare(
        self, session: Session, brand_id: int, live: Triager, shadow: Triager, mentions: Sequence[ReadMention]
    ) -> list[dict[str, object]]:
        items, queue_of = rule_trial.items_of(session, brand_id, mentions), self.route(session, brand_id)
        rows: list[dict[str, object]] = []
        for mention, first, second in zip(mentions, live.judge_many(items), shadow.judge_many(items), strict=True):
            said, other = (facts_of(verdict, queue_of(mention, verdict)) for verdict in (first, second))
            rows.append({"mention_id": mention.id, "said": said, "differs": differing(said, other)})
        return rows


def has_shadows(session: Session) -> bool:
    """Whether any brand has a model in the shadow; wants a session of all brands."""
    return bool(repository.list_brands(session))


def forget_old(session: Session, now: datetime) -> None:
    """Let go what was said long ago; wants a session of all brands."""
    repository.forget(session, before=now - KEPT_FOR)


def report_on(session: Session, model: TriageModel) -> ShadowReport:
    """How a model does, or did, beside the live one."""
    assert model.id is not None  # noqa: S101
    judged, same = repository.count(session, model.id)
    return ShadowReport(
        judged=judged,
        same=same,
        shares=repository.count_shares(session, model.id),
        moves=tuple(repository.list_moves(session, model.id)),
        contests=tuple(repository.list_contests(session, model.id, since=model.trained_at)),
        days=tuple(repository.list_days(session, model.id)),
        cases=tuple(repository.list_moved_cases(session, model.id, most=_CASES_SHOWN)),
        alarms=repository.count_alarms(session, model.id),
        fewer_alarms=tuple(
            repository.list_moved_cases(session, model.id, most=_CASES_SHOWN, task="risk", shadow=NO_RISK)
        ),
        more_alarms=tuple(repository.list_moved_cases(session, model.id, most=_CASES_SHOWN, task="risk", live=NO_RISK)),
    )
