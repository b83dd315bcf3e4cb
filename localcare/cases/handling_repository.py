"""SQL of what people do with one case. What the viewer may not see is not found."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select, true, update

from localcare.cases.models import Case
from localcare.errors import NotFoundError
from localcare.people.core import Viewer
from localcare.people.models import Person


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a viewer sees a case: theirs by store, or everything of the brand."""
    if viewer.store_ids is None:
        return true()
    of_their_stores = col(Case.store_id).in_(viewer.store_ids)
    if viewer.limited_to_store is not None:
        return of_their_stores
    return or_(of_their_stores, col(Case.owner_id) == viewer.person_id)


def lock_case(session: Session, viewer: Viewer, case_id: int) -> Case:
    """A case for changing; NotFoundError when there is none for this viewer."""
    query = select(Case).where(Case.id == case_id, Case.brand_id == viewer.brand_id, visible_to(viewer))
    case = session.exec(query.with_for_update()).one_or_none()
    if case is None:
        raise NotFoundError("There is no such case, or it belongs to another store.")
    session.refresh(case)
    return case


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


def find_person_name(session: Session, person_id: int | None) -> str | None:
    """The name of a case's owner."""
    if person_id is None:
        return None
    return session.exec(select(Person.name).where(Person.id == person_id)).one_or_none()
