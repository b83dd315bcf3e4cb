"""SQL of the register of models: rows, files, history, and how often it has changed."""

from collections.abc import Mapping
from datetime import datetime

from psycopg.rows import tuple_row
from sqlmodel import Session, col, select

from localcare.kit.db import raw_connection
from localcare.triage.models import TriageModel, TriageModelChange, TriageModelFile, TriageModelSet

_VERSIONS = "select brand_id, version from triage_model_set"
_RAISE = """
    insert into triage_model_set (brand_id, version) values (%s, 1)
    on conflict (brand_id) do update set version = triage_model_set.version + 1
"""
_SET_OFF = "update triage_model_set set off_since = %s, off_by = %s, off_why = %s where brand_id = %s"
_OFF = "select count(*) from triage_model_set where off_since is not null"
_SUMS = "select name, sha256 from triage_model_file where model_id = %s order by name"
_CONTENT = "select content from triage_model_file where model_id = %s and name = %s"
_DROP_FILES = """
    delete from triage_model_file where model_id in (
        select id from triage_model where brand_id = %s and state = 'retired' order by id desc offset %s)
"""
_DROP_SHADOWS = "delete from triage_shadow where model_id = %s"
_TROUBLE = "update triage_model set trouble = %s where id = %s and trouble is distinct from %s"
_NEWEST_MENTION_BEFORE = """
    select coalesce(max(id), 0) from mention where brand_id = %s and received_at < %s and received_at > %s - interval '30 days'
"""


def versions(session: Session) -> dict[int, int]:
    """How often each brand's models have changed; a brand without models of its own is not in it."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_VERSIONS).fetchall())


def raise_version(session: Session, brand_id: int) -> None:
    """Have every worker look again."""
    raw_connection(session).execute(_RAISE, (brand_id,))


def find_set(session: Session, brand_id: int) -> TriageModelSet | None:
    """What holds of all of a brand's models, as it stands in the database."""
    query = select(TriageModelSet).where(TriageModelSet.brand_id == brand_id)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def set_off(session: Session, brand_id: int, *, since: datetime | None, by: str | None, why: str | None) -> None:
    """Note that no model judges, or with None that one does again."""
    raw_connection(session).execute(_SET_OFF, (since, by, why, brand_id))


def count_off(session: Session) -> int:
    """How many brands have their model switched off; wants a session of all brands."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_OFF).fetchone()
    return int(row[0]) if row else 0


def list_models(session: Session, brand_id: int) -> list[TriageModel]:
    """Every model a brand ever had of its own, the newest first."""
    query = select(TriageModel).where(TriageModel.brand_id == brand_id)
    return list(session.exec(query.order_by(col(TriageModel.id).desc())))


def hold_models(session: Session, brand_id: int) -> list[TriageModel]:
    """The same, held for changing, so that two people do not promote two models."""
    query = select(TriageModel).where(TriageModel.brand_id == brand_id).order_by(col(TriageModel.id))
    return list(session.exec(query.with_for_update().execution_options(populate_existing=True)))


def find_model(session: Session, brand_id: int, model_id: int) -> TriageModel | None:
    """A model by its id."""
    query = select(TriageModel).where(TriageModel.brand_id == brand_id, TriageModel.id == model_id)
    return session.exec(query).one_or_none()


def find_live(session: Session, brand_id: int) -> TriageModel | None:
    """The model of the brand's own that judges; None while the shipped one does."""
    query = select(TriageModel).where(TriageModel.brand_id == brand_id, TriageModel.state == "live")
    return session.exec(query).one_or_none()


def list_at_work(session: Session) -> list[TriageModel]:
    """Models that judge or judge along; wants a session of all brands."""
    query = select(TriageModel).where(col(TriageModel.state).in_(("live", "shadow")))
    return list(session.exec(query.order_by(col(TriageModel.brand_id), col(TriageModel.id))))


def list_changes(session: Session, brand_id: int, *, limit: int) -> list[TriageModelChange]:
    """What was done to a brand's models, the newest first."""
    query = select(TriageModelChange).where(TriageModelChange.brand_id == brand_id)
    return list(session.exec(query.order_by(col(TriageModelChange.id).desc()).limit(limit)))


def find_promotion(session: Session, model_id: int) -> TriageModelChange | None:
    """How a model came to judge, the last time."""
    query = select(TriageModelChange).where(
        TriageModelChange.model_id == model_id,
        TriageModelChange.kind == "promote",
        col(TriageModelChange.undone_at).is_(None),
    )
    return session.exec(query.order_by(col(TriageModelChange.id).desc()).limit(1)).one_or_none()


def add_files(session: Session, model: TriageModel, files: Mapping[str, tuple[str, bytes]]) -> None:
    """Keep a model's files: name to (SHA-256, content)."""
    assert model.id is not None  # noqa: S101
    session.add_all(
        TriageModelFile(brand_id=model.brand_id, model_id=model.id, name=name, sha256=digest, content=content)
        for name, (digest, content) in files.items()
    )


def list_sums(session: Session, model_id: int) -> dict[str, str]:
    """The SHA-256 of each file of a model."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_SUMS, (model_id,)).fetchall())


def read_content(session: Session, model_id: int, name: str) -> bytes:
    """A file of a model."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_CONTENT, (model_id, name)).fetchone()
    return bytes(row[0]) if row else b""


def drop_old_files(session: Session, brand_id: int, *, keep: int) -> None:
    """Let the files of models go that were retired long ago; their rows stay."""
    raw_connection(session).execute(_DROP_FILES, (brand_id, keep))


def drop_shadows(session: Session, model_id: int) -> None:
    """Let go what a model would have said."""
    raw_connection(session).execute(_DROP_SHADOWS, (model_id,))


def note_trouble(session: Session, model_id: int, trouble: str | None) -> None:
    """Why a worker cannot run a model, or that it can again; without a change nothing is written."""
    raw_connection(session).execute(_TROUBLE, (trouble, model_id, trouble))


def last_mention_before(session: Session, brand_id: int, moment: datetime) -> int:
    """The id of the newest mention that had come by then, of the month before it; 0 without any."""
    with raw_connection(session).cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_NEWEST_MENTION_BEFORE, (brand_id, moment, moment)).fetchone()
    return int(row[0]) if row else 0


def add_change(session: Session, change: TriageModelChange) -> None:
    """Write down what was done."""
    session.add(change)


def add_model(session: Session, model: TriageModel) -> None:
    """Keep a model; it has its id then."""
    session.add(model)
    session.flush()


def move(session: Session, model: TriageModel, state: str) -> None:
    """Put a model into a state now: one alone may be live, so who leaves goes before who enters."""
    model.state = state
    session.add(model)
    session.flush()
