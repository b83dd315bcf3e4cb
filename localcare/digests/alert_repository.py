"""SQL of alerts: who must know of a case, and which mails are still owed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

_INSERT = text("""
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
    )
    insert into alert (brand_id, case_id, person_id, kind, state, message_id, created_at)
    select :brand, r.case_id, r.person_id, :kind, 'due', 'alert.' || gen_random_uuid(), :now
    from recipient r join person p on p.id = r.person_id
    where p.brand_id = :brand and p.deactivated_at is null
      and not exists (select from mail_opt_out o where o.person_id = p.id and o.kind = 'alert')
    on conflict (case_id, person_id, kind) do nothing
""")


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
