"""SQL of what geocoders were asked and answered, and of the line to each provider that all workers share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import Session

from localcare.kit.db import rows_as_json
from localcare.stores.core.geocode import GeocodedPoint, Line, NotFound, Precision

_OWN_ROW = ""
"""The key of a provider's own row, which keeps the line to it; `state` is its status."""

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_CLAIMED_FOR = timedelta(minutes=2)
_LINE = TypeAdapter(Line)
_PRECISION: TypeAdapter[Precision] = TypeAdapter(Precision)


@dataclass(frozen=True, slots=True)
class WantedAnswer:
    """A question on its way: `line` is what is to be asked, None once there is an answer or nobody waits for one."""

    id: int
    status: str
    line: str | None
    tries: int


def find_points(session: Session, provider: str, keys: Sequence[str], *, now: datetime) -> Mapping[str, GeocodedPoint]:
    """The points that are known and may still be kept, by key; one statement."""
    rows = session.execute(
        text(
            "select key, lat, lng, precision, (answer ->> 'accuracy_m')::float from geocode_cache"
            " where provider = :provider and key = any(:keys) and status = 'found' and expires_at > :now"
        ),
        {"provider": provider, "keys": list(set(keys)), "now": now},
    )
    return {
        key: GeocodedPoint(lat, lng, accuracy, _PRECISION.validate_python(precision))
        for key, lat, lng, precision, accuracy in rows
    }


def want(
    session: Session, provider: str, lines: Mapping[str, str], *, now: datetime, until: datetime
) -> dict[str, int]:
    """Note lines (by key) to be asked; returns the ids of those without an answer, also where others wait for it too."""
    session.execute(
        text(
            "insert into geocode_cache (provider, key, status, answer, asked_at, expires_at)"
            " select :provider, r.key, 'wanted', jsonb_build_object('line', r.line), :now, :until"
            " from jsonb_to_recordset(:rows) as r(key text, line text) order by r.key"
            " on conflict (provider, key) do update set status = 'wanted', lat = null, lng = null, precision = null,"
            " answer = excluded.answer, asked_at = excluded.asked_at, expires_at = excluded.expires_at"
            " where geocode_cache.expires_at <= :now"
        ),
        {
            "provider": provider,
            "now": now,
            "until": until,
            "rows": rows_as_json([{"key": key, "line": line} for key, line in sorted(lines.items())]),
        },
    )
    waiting = session.execute(
        text(
            "select key, id from geocode_cache where provider = :provider and key = any(:keys)"
            " and status in ('wanted', 'asking')"
        ),
        {"provider": provider, "keys": list(lines)},
    )
    return {row.key: row.id for row in waiting}


def list_wanted(session: Session, provider: str, ids: Sequence[int], *, now: datetime) -> dict[int, WantedAnswer]:
    """How questions to a provider stand, by id; what nobody waits for any longer counts as failed."""
    rows = session.execute(
        text(
            "select id, case when status in ('wanted', 'asking') and expires_at <= :now then 'failed' else status end,"
            " answer ->> 'line', coalesce((answer ->> 'tries')::int, 0) from geocode_cache"
            " where id = any(:ids) and provider = :provider"
        ),
        {"ids": list(set(ids)), "provider": provider, "now": now},
    )
    return {row[0]: WantedAnswer(*row) for row in rows}


def claim(session: Session, row_id: int, *, now: datetime) -> bool:
    """Take a question on, unless another worker has just done so and may still be at it."""
    claimed = session.execute(
        text(
            "update geocode_cache set status = 'asking', asked_at = :now where id = :id"
            " and (status = 'wanted' or (status = 'asking' and asked_at < :stale)) returning id"
        ),
        {"id": row_id, "now": now, "stale": now - _CLAIMED_FOR},
    )
    return claimed.first() is not None


def save_answer(session: Session, row_id: int, reply: GeocodedPoint | NotFound, *, expires_at: datetime) -> None:
    """Keep an answer, and of the question only its key."""
    point = reply if isinstance(reply, GeocodedPoint) else None
    session.execute(
        text(
            "update geocode_cache set status = :status, lat = :lat, lng = :lng, precision = :precision,"
            " answer = jsonb_strip_nulls(jsonb_build_object('accuracy_m', cast(:accuracy as float))), expires_at = :expires"
            " where id = :id"
        ),
        {
            "id": row_id,
            "status": "found" if point else "none",
            "lat": point.lat if point else None,
            "lng": point.lng if point else None,
            "precision": point.precision if point else None,
            "accuracy": point.accuracy_m if point else None,
            "expires": expires_at,
        },
    )


def put_back(session: Session, row_id: int) -> None:
    """A question that was not answered is to be asked again."""
    session.execute(
        text(
            "update geocode_cache set status = 'wanted', answer = answer || jsonb_build_object("
            "'tries', coalesce((answer ->> 'tries')::int, 0) + 1) where id = :id"
        ),
        {"id": row_id},
    )


def give_up(session: Session, ids: Sequence[int], *, expires_at: datetime) -> None:
    """Questions that nobody could answer: not asked again before that instant."""
    session.execute(
        text("update geocode_cache set status = 'failed', answer = '{}', expires_at = :expires where id = any(:ids)"),
        {"ids": list(ids), "expires": expires_at},
    )


def lock_line(session: Session, provider: str) -> tuple[Line, datetime]:
    """The line to a provider, held until the transaction ends, and the database's clock: the one all workers share."""
    session.execute(
        text(
            "insert into geocode_cache (provider, key, status, asked_at, expires_at)"
            " values (:provider, :key, 'state', now(), :never) on conflict (provider, key) do nothing"
        ),
        {"provider": provider, "key": _OWN_ROW, "never": _NEVER},
    )
    kept = session.execute(
        text("select answer from geocode_cache where provider = :provider and key = :key for update"),
        {"provider": provider, "key": _OWN_ROW},
    ).scalar_one()
    return _LINE.validate_python(kept), database_now(session)


def save_line(session: Session, provider: str, line: Line) -> None:
    """Keep the line as it is now; only while it is locked."""
    session.execute(
        text("update geocode_cache set answer = cast(:line as jsonb) where provider = :provider and key = :key"),
        {"provider": provider, "key": _OWN_ROW, "line": _LINE.dump_json(line).decode()},
    )


def find_line(session: Session, provider: str) -> tuple[Line | None, datetime]:
    """The line as somebody who only looks sees it, with the database's clock."""
    kept = session.execute(
        text("select answer from geocode_cache where provider = :provider and key = :key"),
        {"provider": provider, "key": _OWN_ROW},
    ).scalar_one_or_none()
    return None if kept is None else _LINE.validate_python(kept), database_now(session)


def count_waiting(session: Session, provider: str) -> int:
    """How many questions wait for an answer."""
    return int(
        session.execute(
            text("select count(*) from geocode_cache where provider = :provider and status in ('wanted', 'asking')"),
            {"provider": provider},
        ).scalar_one()
    )


def delete_expired(session: Session, *, now: datetime) -> int:
    """Forget what may no longer be kept; returns how many answers."""
    deleted = session.execute(
        text("delete from geocode_cache where expires_at <= :now returning id"), {"now": now}
    ).all()
    return len(deleted)


def database_now(session: Session) -> datetime:
    """The instant by the database's clock, which does not stand still within a transaction."""
    now: datetime = session.execute(text("select clock_timestamp()")).scalar_one()
    return now
