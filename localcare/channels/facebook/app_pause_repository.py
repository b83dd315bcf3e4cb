"""SQL of the pause of the whole app."""

from datetime import datetime

from sqlmodel import Session

from localcare.kit.db import raw_connection

_FIND = "select since, until from graph_pause where name = 'app'"
_KEEP = """
    insert into graph_pause as p (name, since, until) values ('app', %(now)s, %(until)s)
    on conflict (name) do update set until = greatest(p.until, excluded.until),
        since = case when p.until > excluded.since then p.since else excluded.since end
"""


def find_pause(session: Session) -> tuple[datetime, datetime] | None:
    """Since when and until when the last pause lasts, or lasted."""
    row = raw_connection(session).execute(_FIND).fetchone()
    return (row[0], row[1]) if row else None


def find_until(session: Session) -> datetime | None:
    """Until when the last pause lasts, or lasted."""
    found = find_pause(session)
    return found[1] if found else None


def keep_pause(session: Session, until: datetime, *, now: datetime) -> None:
    """Pause at least until then."""
    raw_connection(session).execute(_KEEP, {"now": now, "until": until})
