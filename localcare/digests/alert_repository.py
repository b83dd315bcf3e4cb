"""SQL of alerts: who must know of a case, and which mails are still owed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from localcare.digests.core import StoreCard
from localcare.digests.core.alert import Danger

_AWAY = "a.ended_at is null and :today between a.from_on and a.to_on"
_INSERT = text(f"""
    with danger as (
        select c.case_id, c.store_id, r.path
        from unnest(cast(:cases as bigint[]), cast(:stores as integer[])) as c (case_id, store_id)
        left join store s on s.id = c.store_id left join region r on r.id = s.region_id
    ), wide as materialized (
        select g.person_id, scope.path
        from role_grant g left join region scope on scope.id = g.region_id
        where g.brand_id = :brand and g.store_id is null and g.role in ('supervisor', 'lead')
          and coalesce(g.valid_from <= :today, true) and coalesce(g.valid_to >= :today, true)
    ), recipient as (
        select d.case_id, w.person_id
        from danger d join wide w on w.path is null or starts_with(d.path, w.path)
        union
        select d.case_id, g.person_id
        from danger d join role_grant g on g.store_id = d.store_id and g.role in ('manager', 'deputy')
        where coalesce(g.valid_from <= :today, true) and coalesce(g.valid_to >= :today, true)
            and not exists (select from absence a where a.person_id = g.person_id and {_AWAY})
        union
        select d.case_id, a.stand_in_id
        from danger d join role_grant g on g.store_id = d.store_id and g.role = 'manager'
        join absence a on a.person_id = g.person_id and a.stand_in_id is not null
        where {_AWAY}
    )
    insert into alert (brand_id, case_id, person_id, kind, state, message_id, created_at)
    select :brand, r.case_id, r.person_id, :kind, 'due', 'alert.' || gen_random_uuid(), :now
    from recipient r join person p on p.id = r.person_id
    where p.brand_id = :brand and p.deactivated_at is null
      and not exists (select from mail_opt_out o where o.person_id = p.id and o.kind = 'alert')
    on conflict (case_id, person_id, kind) do nothing
""")

_CONTACTS = text("""
    insert into alert (brand_id, case_id, person_id, kind, state, message_id, created_at)
    select :brand, :case, p.id, :kind, 'due', 'alert.' || gen_random_uuid(), :now
    from person p where p.brand_id = :brand and p.email = any(:emails) and p.deactivated_at is null
    on conflict (case_id, person_id, kind) do nothing
""")
_NOTICE = text(f"""
    with told as (
        select g.person_id from role_grant g
        left join store s on s.id = :store left join region r on r.id = s.region_id
        left join region scope on scope.id = g.region_id
        where g.brand_id = :brand and coalesce(g.valid_from <= :today, true) and coalesce(g.valid_to >= :today, true)
          and case when g.role in ('manager', 'deputy') then 'manager' else g.role end = any(:roles)
          and case when g.store_id is not null then g.store_id = :store
                   when scope.id is not null then starts_with(r.path, scope.path) else true end
          and not (g.store_id is not null and exists (select from absence a where a.person_id = g.person_id and {_AWAY}))
        union select unnest(cast(:receiving as integer[]))
        union
        select p.id from person p where p.brand_id = :brand and p.email = any(:roles)
    )
    insert into alert (brand_id, case_id, person_id, kind, state, message_id, created_at, not_before)
    select :brand, :case, p.id, :kind, 'due', 'alert.' || gen_random_uuid(), :now, :not_before
    from told t join person p on p.id = t.person_id
    where p.deactivated_at is null and p.id is distinct from cast(:but as integer)
        and not exists (select from mail_opt_out o where o.person_id = p.id and o.kind = :leaving)
    on conflict (case_id, person_id, kind) do nothing
""")
_CRISIS = text("select id, store_id from care_case where id = :case and is_open and queue = 'crisis'")
_PUT_AWAY = text("""
    update alert set kind = 'calmed-' || id, state = case state when 'due' then 'settled' else state end
    where case_id = any(:cases) and (kind = 'crisis' or kind like 'crisis-%')
""")
_TOLD = text("""
    select a.case_id, array_agg(p.name order by p.name) as names from alert a join person p on p.id = a.person_id
    where a.case_id = any(:cases) and a.kind = :kind group by a.case_id
""")

_CLAIM = text("""
    update alert a set
        sent_at = :now,
        state = case when not c.is_open then 'settled'
                     when (a.kind = 'crisis' or a.kind like 'crisis-%') and exists (select from crisis_call k
                        where k.case_id = c.id and k.calmed_at is not null) then 'settled'
                     when a.kind like 'crisis-%' and exists (select from crisis_call k
                        where k.case_id = c.id and k.acknowledged_at is not null) then 'settled'
                     when a.kind like 'approval-%' and c.approval_asked_at is null then 'settled'
                     when a.kind in ('late', 'due-soon') and c.waiting_since is null then 'settled'
                     when c.last_customer_at < :oldest and a.kind !~ '^(approval|returned)-' then 'stale'
                     when p.deactivated_at is not null then 'unwanted' else 'sending' end
    from care_case c, person p, brand b
    where a.brand_id = :brand and a.state = 'due' and coalesce(a.not_before <= :now, true)
        and c.id = a.case_id and p.id = a.person_id and b.id = a.brand_id
    returning a.id, a.case_id, a.person_id, a.kind, a.message_id, a.state, p.name, p.email, b.name as brand_name
""")
_CASES = text("""
    select c.id, coalesce(m.author_name, c.author_name, 'A customer') as author, m.text, c.excerpt, m.channel, m.kind,
        m.created_at, c.risks, v.reasons, c.route_reason, s.id as store_id, s.number, s.name, s.timezone,
        array(select distinct p.name from alert a join person p on p.id = a.person_id
            where a.case_id = c.id order by p.name) as told,
        (select min(due_at) from case_clock where case_id = c.id and stopped_at is null
            and kind in ('first_reply', 'next_reply')) as due_at,
        (select count(distinct o.id) from care_case o join case_clock k on k.case_id = o.id
            where o.brand_id = c.brand_id and o.queue = c.queue and o.id <> c.id and o.is_open and o.waiting_since is not null
                and k.stopped_at is null and k.escalated_at is not null and k.kind in ('first_reply', 'next_reply')) as late_too
    from care_case c
    join mention_key k on k.id = c.lead_mention_id join mention m on m.id = k.id and m.received_at = k.received_at
    left join verdict v on v.mention_id = m.id and v.superseded_at is null
    left join store s on s.id = c.store_id
    where c.id = any(:cases)
""")
_CENTRAL = text("select distinct person_id from role_grant where person_id = any(:people) and role = 'supervisor'")
_RECORD = text("""
    update alert a set state = r.state, sent_at = :now
    from unnest(cast(:ids as bigint[]), cast(:states as text[])) as r (id, state) where a.id = r.id and a.state = 'sending'
""")
_GIVE_BACK = text("""
    update alert set state = 'due' where state = 'sending' and sent_at <= :abandoned returning brand_id
""")


@dataclass(frozen=True, slots=True)
class ClaimedAlert:
    """An alert that is this process's to send."""

    alert_id: int
    case_id: int
    person_id: int
    kind: str
    message_id: str
    name: str
    email: str
    brand_name: str


@dataclass(frozen=True, slots=True)
class CaseInDanger:
    """What an alert tells of a case, and the names of everybody who is told.

    `due_at` is when its reply is due; `late_too` are other late cases in its queue.
    """

    danger: Danger
    told: tuple[str, ...]
    route_reason: str = ""
    due_at: datetime | None = None
    late_too: int = 0


def insert_alerts(
    session: Session, brand_id: int, cases: Sequence[tuple[int, int | None]], *, kind: str, now: datetime
) -> int:
    """Owe each recipient of each case one mail; returns how many are new."""
    result = session.connection().execute(
        _INSERT,
        {
            "brand": brand_id,
            "kind": kind,
            "cases": [case_id for case_id, _ in cases],
            "stores": [store_id for _, store_id in cases],
            "now": now,
            "today": now.date(),
        },
    )
    return result.rowcount


def put_away(session: Session, case_ids: Sequence[int]) -> None:
    """What was told of these cases' former calls, which were for nothing, stands in nobody's way any more."""
    session.connection().execute(_PUT_AWAY, {"cases": list(case_ids)})


def find_crisis(session: Session, case_id: int) -> list[tuple[int, int | None]]:
    """(case id, store id) of an open case in the crisis queue; empty when it is none."""
    rows = session.execute(_CRISIS, {"case": case_id})
    return [(row.id, row.store_id) for row in rows]


def insert_contact(session: Session, brand_id: int, case_id: int, email: str, *, kind: str, now: datetime) -> None:
    """Owe one person a mail of a case."""
    insert_contacts(session, brand_id, case_id, [email], kind=kind, now=now)


def insert_contacts(
    session: Session, brand_id: int, case_id: int, emails: Sequence[str], *, kind: str, now: datetime
) -> None:
    """Owe these people of the brand a mail of a case; a contact of a crisis gets it whatever they have unsubscribed from."""
    values = {"brand": brand_id, "case": case_id, "kind": kind, "now": now, "emails": _addresses(emails)}
    session.execute(_CONTACTS, values)


def insert_notice(
    session: Session, brand_id: int, case: tuple[int, int | None], notify: Sequence[str], *, now: datetime,
    not_before: datetime, kind: str = "notice", but: int | None = None, receiving: Collection[int] = (),
    leaving: str = "alert",
) -> int:  # fmt: skip
    """Owe a case's notice to people by role (leads above the store, managers of it) or address; returns how many are new.

    `but` is a person who is not told, `receiving` are those who get the store's matters instead of a manager who is away,
    `leaving` the kind of mail that is not sent to who has left it.
    """
    values = {"brand": brand_id, "case": case[0], "store": case[1], "roles": _addresses(notify), "now": now,
              "today": now.date(), "not_before": not_before, "kind": kind, "but": but,
              "receiving": sorted(receiving), "leaving": leaving}  # fmt: skip
    return session.connection().execute(_NOTICE, values).rowcount


def list_told(session: Session, case_ids: Sequence[int], *, kind: str) -> dict[int, list[str]]:
    """The names of whom this kind of alert tells, by case."""
    rows = session.execute(_TOLD, {"cases": list(case_ids), "kind": kind})
    return {row.case_id: list(row.names) for row in rows}


def claim_alerts(session: Session, brand_id: int, *, now: datetime, oldest: datetime) -> list[ClaimedAlert]:
    """Take what a brand owes. What is closed meanwhile, or older than `oldest` (an import of the past), is owed no more."""
    rows = session.execute(_CLAIM, {"brand": brand_id, "now": now, "oldest": oldest})
    return [
        ClaimedAlert(row.id, row.case_id, row.person_id, row.kind, row.message_id, row.name, row.email, row.brand_name)
        for row in rows
        if row.state == "sending"
    ]


def read_cases(session: Session, case_ids: Sequence[int]) -> dict[int, CaseInDanger]:
    """What there is to tell of these cases, by id."""
    rows = session.execute(_CASES, {"cases": list(case_ids)})
    return {
        row.id: CaseInDanger(_danger(row), tuple(row.told), row.route_reason, row.due_at, row.late_too) for row in rows
    }


def list_central(session: Session, person_ids: Sequence[int]) -> set[int]:
    """Who of these works for the nation, and signs in for the whole of it."""
    return set(session.scalars(_CENTRAL, {"people": list(person_ids)}))


def record_alerts(session: Session, states: Mapping[int, str], now: datetime) -> None:
    """Write down what became of claimed alerts."""
    session.execute(_RECORD, {"ids": list(states), "states": list(states.values()), "now": now})


def give_back_abandoned(session: Session, abandoned: datetime) -> set[int]:
    """Owe again what has been `sending` since before that instant; the brands concerned."""
    return set(session.scalars(_GIVE_BACK, {"abandoned": abandoned}))


def _danger(row: Row[Any]) -> Danger:
    store = StoreCard(row.store_id, row.number, row.name, row.timezone) if row.store_id else None
    return Danger(
        case_id=row.id,
        author=row.author,
        text=row.text or row.excerpt,
        channel=row.channel,
        kind=row.kind,
        at=row.created_at,
        risks=tuple(row.risks),
        reasons=tuple(reason.get("detail", "") for reason in row.reasons or ()),
        store=store,
    )


def _addresses(words: Sequence[str]) -> list[str]:
    return [word.strip().lower() for word in words]
