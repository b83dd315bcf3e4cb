"""SQL of saved replies: one per brand, title and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from localcare.kit.db import raw_connection, rows_as_json

_SAVE = """
    with given as (
      select * from jsonb_to_recordset(%(rows)b::jsonb)
        as n(title text, topic text, language text, body text, owner text, review_on date)
    ), changed as (
      update saved_reply s set topic = g.topic, body = g.body, owner = g.owner, review_on = g.review_on
      from given g where s.brand_id = %(brand)s and s.title = g.title and s.language = g.language
    )
    insert into saved_reply (brand_id, title, topic, language, body, owner, review_on)
    select %(brand)s, title, topic, language, body, owner, review_on from given g
    where not exists (
      select from saved_reply s where s.brand_id = %(brand)s and s.title = g.title and s.language = g.language
    )
"""


@dataclass(frozen=True, slots=True)
class SavedText:
    """A saved reply as it is brought in: `topic` is the one it answers first."""

    title: str
    topic: str
    language: str
    body: str
    owner: str
    review_on: date | None


def save_texts(session: Session, brand_id: int, texts: Sequence[SavedText]) -> None:
    """Bring saved replies up to these texts; others stay."""
    rows: list[dict[str, object]] = [{name: getattr(saved, name) for name in SavedText.__slots__} for saved in texts]
    raw_connection(session).execute(_SAVE, {"brand": brand_id, "rows": rows_as_json(rows)})
