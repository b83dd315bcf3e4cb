"""A crisis that calls: the first wave when it is found, the next when nobody says “I have it”, notices for what is none.

The mails go out through the alerts, the posts through the hooks; each wave is a line of the case's history.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import crisis as cases
from localcare.cases.core import CaseDecision, Placement
from localcare.cases.crisis import Call
from localcare.cases.handling import write_down
from localcare.digests import alert_repository
from localcare.digests.alerts import CRISIS, SEND_ALERTS_TASK
from localcare.digests.core.quiet import end_of_quiet
from localcare.kit.db import ALL_BRANDS
from localcare.kit.jobs import defer
from localcare.kit.runtime import Runtime
from localcare.people.receiving import list_receiving
from localcare.routing.core import Paging, Policy, StoreFacts
from localcare.routing.core.conditions import CENTRE_ZONE
from localcare.routing.hooks import ESCALATED, RAISED, owe_posts
from localcare.routing.service import PolicyShelf


def tell_of_placed(
    session: Session, brand_id: int, placed: Sequence[tuple[int, CaseDecision, Placement]],
    stores: Mapping[int, StoreFacts], policy: Policy, *, now: datetime,
) -> None:  # fmt: skip
    """What has just been placed, by case id: crises call, and whoever a rule wants told is."""
    crises = [(case_id, each.summary.store_id) for case_id, each, placement in placed if placement.queue == CRISIS]
    call_at_once(session, brand_id, crises, policy.paging, now=now)
    for case_id, decision, placement in placed:
        if placement.notify and decision.wants_route:
            store = stores.get(decision.summary.store_id or 0)
            until = _end_of_quiet(policy, store, now)
            crisis = (case_id, decision.summary.store_id)
            receiving = _instead_of_manager(session, decision.summary.store_id, placement.notify, now)
            if alert_repository.insert_notice(
                session, brand_id, crisis, placement.notify, now=now, not_before=until, receiving=receiving
            ):
                defer(session, SEND_ALERTS_TASK, not_before=until, brand_id=brand_id)


def call_at_once(
    session: Session, brand_id: int, crises: Sequence[tuple[int, int | None]], paging: Paging, *, now: datetime
) -> None:
    """The first wave: store, region and nation at once by mail, the brand's address by post, whatever the hour."""
    if not crises:
        return
    case_ids = [case_id for case_id, _ in crises]
    new = cases.raise_calls(session, brand_id, case_ids, now=now, within=timedelta(minutes=paging.answer_within))
    alert_repository.put_away(session, new)
    told = alert_repository.insert_alerts(session, brand_id, crises, kind=CRISIS, now=now)
    if told:
        defer(session, SEND_ALERTS_TASK, brand_id=brand_id)
    owe_posts(session, brand_id, new, event=RAISED, wave=1, now=now)
    for case_id, names in alert_repository.list_told(session, new, kind=CRISIS).items():
        _write(session, brand_id, case_id, f"Paged {_named(names)}.", now)


def call_again(runtime: Runtime) -> int:
    """What the clock does: page the next contact of every crisis that nobody has answered in time; returns how many."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = cases.list_brands_calling(session, now)
    return sum(_call_brand(runtime, brand_id, now) for brand_id in brand_ids)


def call_for_case(runtime: Runtime, brand_id: int, case_id: int) -> None:
    """The first wave of a case that a person has sent to the crisis queue."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="alerts") as session:
        paging = PolicyShelf().policy_of(session, brand_id).paging
        crises = alert_repository.find_crisis(session, case_id)
        call_at_once(session, brand_id, crises, paging, now=now)


def _call_brand(runtime: Runtime, brand_id: int, now: datetime) -> int:
    with runtime.db.session(brand_id, viewer="clock") as session:
        calls = cases.take_due_calls(session, brand_id, now)
        paging = PolicyShelf().policy_of(session, brand_id).paging
        for call in calls:
            _next_wave(session, brand_id, call, paging, now)
        if calls:
            defer(session, SEND_ALERTS_TASK, brand_id=brand_id)
    return len(calls)


def _next_wave(session: Session, brand_id: int, call: Call, paging: Paging, now: datetime) -> None:
    """The next contact, one after the other; after the last of them everybody, as often as the policy says."""
    wave = call.wave + 1
    if wave > paging.rounds:
        cases.give_up(session, call, now)
        _write(session, brand_id, call.case_id, f"Nobody answered {call.wave} calls; it calls no more.", now)
        return
    kind = f"{CRISIS}-{wave}"
    contact = paging.contacts[wave - 2] if wave - 2 < len(paging.contacts) else None
    if contact is not None:
        alert_repository.insert_contact(session, brand_id, call.case_id, contact, kind=kind, now=now)
    if contact is None or not alert_repository.list_told(session, [call.case_id], kind=kind):
        alert_repository.insert_alerts(session, brand_id, [(call.case_id, call.store_id)], kind=kind, now=now)
        alert_repository.insert_contacts(session, brand_id, call.case_id, paging.contacts, kind=kind, now=now)
    owe_posts(session, brand_id, [call.case_id], event=ESCALATED, wave=wave, now=now)
    cases.call_again(session, call, next_at=now + timedelta(minutes=paging.answer_within))
    names = alert_repository.list_told(session, [call.case_id], kind=kind).get(call.case_id, [])
    minutes = round((now - call.raised_at).total_seconds() / 60)
    _write(session, brand_id, call.case_id, f"Nobody had it after {minutes} min: paged {_named(names)}.", now)


def _instead_of_manager(session: Session, store_id: int | None, notify: Sequence[str], now: datetime) -> frozenset[int]:
    if store_id is None or "manager" not in notify:
        return frozenset()
    return list_receiving(session, [store_id], now=now)[store_id].person_ids


def _end_of_quiet(policy: Policy, store: StoreFacts | None, now: datetime) -> datetime:
    """When a notice may go out: in quiet hours it waits for the morning of the store."""
    quiet = policy.quiet_hours
    return end_of_quiet(now, store.timezone if store else CENTRE_ZONE, quiet.begins, quiet.ends)


def _named(names: Sequence[str]) -> str:
    if not names:
        return "nobody: no person is on the list"
    shown = ", ".join(names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown


def _write(session: Session, brand_id: int, case_id: int, detail: str, now: datetime) -> None:
    write_down(session, brand_id, case_id, at=now, kind="paged", who="localcare", detail=detail)
