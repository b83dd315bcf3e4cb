"""SQL of who is told: the people of a role who have not left this kind of mail."""

from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row
from sqlmodel import Session

from localcare.kit.db import raw_connection

_TOLD = """
    select distinct p.id as person_id, p.name, p.email, b.name as brand_name from role_grant g
    join person p on p.id = g.person_id join brand b on b.id = g.brand_id
    where g.brand_id = %(brand)s and g.role = %(role)s and p.deactivated_at is null
        and coalesce(g.valid_from <= %(today)s, true) and coalesce(g.valid_to >= %(today)s, true)
        and not exists (select from mail_opt_out o where o.person_id = p.id and o.kind = %(kind)s)
    order by p.id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told."""

    person_id: int
    name: str
    email: str
    brand_name: str


def list_told(session: Session, brand_id: int, *, role: str, kind: str, today: date) -> list[Told]:
    """Who holds this role today and gets this kind of mail."""
    with raw_connection(session).cursor(row_factory=class_row(Told)) as cursor:
        return cursor.execute(_TOLD, {"brand": brand_id, "role": role, "kind": kind, "today": today}).fetchall()
