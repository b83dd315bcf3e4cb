"""SQL of what people do with one case. What the viewer may not see is not found.

Locks are taken in one order everywhere, pipeline included: the conversation, then its case.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, col, func, select, true, update

from localcare.cases.models import Case, CaseClock
from localcare.cases.repository import lock_conversations
from localcare.errors import ForbiddenError, NotFoundError
from localcare.mentions.models import MentionKey
from localcare.people.core import Viewer
from localcare.people.models import Person
from localcare.stores.models import Store

# a row can be written only when the tables it refers to are known, whoever imports this first
REFERRED = (MentionKey, Person, Store)

_TOUCH = text("""
    update care_case set untouched_since = null where id = :case and owner_id = :person and untouched_since is not null
""")
_GLANCE = text("""
    insert into case_glance (case_id, brand_id, person_id, seen_at) values (:case, :brand, :person, :now)
    on conflict (case_id, person_id) do update set seen_at = excluded.seen_at
""")
_TURN_DEAF = text("""
    update care_case t set deaf_from = coalesce(t.deaf_from, :since) from care_case c
    where c.id = :case and t.brand_id = c.brand_id and t.conversation_key = c.conversation_key and t.id <> c.id
        and t.is_silent
""")
_OTHERS = text("""
    select p.name from case_glance g join person p on p.id = g.person_id
    where g.case_id = :case and g.seen_at > :since and g.person_id <> :person order by p.name
""")


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a viewer sees a case: it is about a store of theirs, or they see the whole brand."""
    if viewer.store_ids is None:
        return true()
    return col(Case.store_id).in_(viewer.store_ids)


def find_case(session: Session, viewer: Viewer, case_id: int) -> Case | None:
    """A case to read, or None when there is none for this viewer."""
    query = select(Case).where(Case.id == case_id, Case.brand_id == viewer.brand_id, visible_to(viewer))
    return session.exec(query).one_or_none()


def lock_case(session: Session, viewer: Viewer, case_id: int) -> Case:
    """A case for changing. NotFoundError when there is none for this viewer, ForbiddenError when they may only read it."""
    case = find_case(session, viewer, case_id)
    if case is not None:
        lock_conversations(session, viewer.brand_id, [case.conversation_key])
        query = select(Case).where(Case.id == case_id, visible_to(viewer)).with_for_update()
        case = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if case is None:
        raise NotFoundError("There is no such case, or it belongs to another store.")
    if not viewer.may_answer(case.store_id):
        raise ForbiddenError("You may read this case, but not work on it.")
    return case


def touch(session: Session, case_id: int, person_id: int) -> bool:
    """Its owner looks at a case that was pushed to them; whether it is theirs and they had not before."""
    result = session.execute(_TOUCH, {"case": case_id, "person": person_id})
    return getattr(result, "rowcount", 0) > 0


def get_conversation_key(session: Session, case_id: int) -> str:
    """The conversation of a case."""
    return session.exec(select(Case.conversation_key).where(Case.id == case_id)).one()


def mark_replied(session: Session, case_id: int, at: datetime) -> None:
    """Note the time of an answer."""
    session.exec(
        update(Case)
        .where(col(Case.id) == case_id)
        .values(
            replied_at=func.greatest(Case.replied_at, at),
            first_reply_at=func.coalesce(Case.first_reply_at, at),
        )
    )


def find_twin(session: Session, case: Case) -> Case | None:
    """The other case of the same conversation; its conversation is held."""
    same = (Case.brand_id == case.brand_id, Case.conversation_key == case.conversation_key, Case.id != case.id)
    return session.exec(select(Case).where(*same)).one_or_none()


def turn_deaf(session: Session, case_id: int, since: datetime) -> None:
    """A case has answered in public: for a silent one beside it, what the Page says from then on is about that matter."""
    session.execute(_TURN_DEAF, {"case": case_id, "since": since})


def set_approval_asked(session: Session, case_id: int, asked_at: datetime | None) -> None:
    """Since when an answer waits for approval."""
    session.exec(update(Case).where(col(Case.id) == case_id).values(approval_asked_at=asked_at))


def resume_clocks(session: Session, case_id: int, stopped_at: datetime) -> None:
    """Let the clocks run on that were stopped at this instant."""
    session.exec(
        update(CaseClock)
        .where(col(CaseClock.case_id) == case_id, col(CaseClock.stopped_at) == stopped_at)
        .values(stopped_at=None)
    )


def find_person_name(session: Session, person_id: int | None) -> str | None:
    """The name of a case's owner."""
    if person_id is None:
        return None
    return session.exec(select(Person.name).where(Person.id == person_id)).one_or_none()


def save_glance(session: Session, brand_id: int, case_id: int, person_id: int, now: datetime) -> None:
    """This person has the case on the screen."""
    session.execute(_GLANCE, {"case": case_id, "brand": brand_id, "person": person_id, "now": now})


def list_other_lookers(session: Session, case_id: int, person_id: int, *, since: datetime) -> list[str]:
    """Who else had the case on the screen since then."""
    return list(session.execute(_OTHERS, {"case": case_id, "person": person_id, "since": since}).scalars())
