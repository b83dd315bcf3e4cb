"""The verbs of routing: the policy in force, and where it puts decided cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from sqlmodel import Session

from localcare.cases.core import CaseDecision, Placement, Summary, key_of
from localcare.routing import repository
from localcare.routing.checking import require_sound
from localcare.routing.core import CRISIS, Beside, Policy, StoreFacts, place, placement_in
from localcare.routing.core.dry_run import DryRun, compare_policies
from localcare.routing.schemas import read_policy
from localcare.stores.shelf import stand_today


@lru_cache(maxsize=1)
def shipped_policy_text() -> str:
    """The policy a new brand starts with, as its file."""
    return files("localcare.routing").joinpath("default_policy.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    """That policy, read once in a process: reading the file takes longer than a whole batch of cases."""
    return read_policy(shipped_policy_text())


@dataclass(slots=True)
class PolicyShelf:
    """Parsed policies by version, so that a batch reads the database only to learn which version is in force."""

    _usual: dict[tuple[int, int], Policy] = field(default_factory=dict)
    _surging: dict[tuple[int, int], Policy] = field(default_factory=dict)

    def policy_of(self, session: Session, brand_id: int) -> Policy:
        """The policy in force for a brand, as its plan changes it while a surge is on."""
        now = repository.find_in_force(session, brand_id)
        usual = self._read(session, brand_id, now.version)
        if not now.is_surging:
            return usual
        return self._surging.setdefault((brand_id, now.version), usual.in_surge())

    def usual_policy_of(self, session: Session, brand_id: int) -> Policy:
        """The policy in force for a brand, as it is without a surge."""
        return self._read(session, brand_id, repository.find_in_force(session, brand_id).version)

    def _read(self, session: Session, brand_id: int, version: int) -> Policy:
        known = self._usual.get((brand_id, version))
        if known is None:
            read = read_policy(repository.get_body(session, brand_id, version)) if version else shipped_policy()
            known = self._usual[brand_id, version] = read
        return known


def place_cases(
    session: Session,
    brand_id: int,
    decisions: Sequence[CaseDecision],
    stores: Mapping[int, StoreFacts],
    policy: Policy,
    *,
    now: datetime,
) -> dict[str, Placement]:
    """Where the policy puts the cases that want a route, start to wait or gain a risk, by slot.

    A case that a person keeps where it is gets the clocks of that queue, unless it is a crisis now.
    """
    wanted = [each for each in decisions if each.wants_route or each.starts_waiting or each.gains_risk]
    beside = look_beside(session, brand_id, {each.slot: each.summary for each in wanted}, policy, now=now)
    return {
        each.slot: _kept(each, place(each.summary, store, policy, beside[each.slot]), store, policy)
        for each in wanted
        for store in [stores.get(each.summary.store_id or 0)]
    }


def _kept(decision: CaseDecision, placed: Placement, store: StoreFacts | None, policy: Policy) -> Placement:
    known = decision.known
    if decision.wants_route or known is None or placed.queue in (known.queue, CRISIS):
        return placed
    if known.queue.partition(":")[0] not in policy.promises:
        return placed
    return placement_in(known.queue, known.route_reason, store, policy)


def look_beside(
    session: Session, brand_id: int, summaries: Mapping[str, Summary], policy: Policy, *, now: datetime
) -> dict[str, Beside]:
    """What the policy asks beside the cases themselves, by slot; the database only where it does."""
    if not policy.asks_beside or not summaries:
        return dict.fromkeys(summaries, Beside(at=now))
    asked = [
        repository.Asked(slot, key_of(slot), summary.channel, summary.page_id, summary.author_external_id)
        for slot, summary in summaries.items()
    ]
    return repository.look_beside(session, brand_id, asked, now=now)


def try_policy(session: Session, brand_id: int, body: str, *, since: datetime, now: datetime) -> DryRun:
    """What a policy would have done with the cases opened since then, beside the one in force. A faulty one is refused."""
    after = require_sound(body)
    before = PolicyShelf().usual_policy_of(session, brand_id)
    kinds = repository.list_alike_cases(
        session,
        brand_id,
        since,
        beside=before.asks_beside or after.asks_beside,
        hours=before.asks_hours or after.asks_hours,
    )
    return compare_policies(kinds, stand_today(session, brand_id, now=now), before, after)


def try_surge(session: Session, brand_id: int, policy: Policy, *, since: datetime, now: datetime) -> DryRun:
    """What a surge would have sent elsewhere of the cases opened since then; `policy` is the one without a surge."""
    kinds = repository.list_alike_cases(session, brand_id, since, beside=policy.asks_beside, hours=policy.asks_hours)
    return compare_policies(kinds, stand_today(session, brand_id, now=now), policy, policy.in_surge())
