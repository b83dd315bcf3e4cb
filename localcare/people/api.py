"""`/api/v1/people`: who works with the brand's customers, for programs such as an HR feed that checks itself."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from localcare.people import administration
from localcare.people.administration import Colleague
from localcare.people.core import Viewer
from localcare.people.dependencies import ApiScope, ApiSession, Now
from localcare.web.paging import REFUSALS, Paging, cut

router = APIRouter(prefix="/api/v1", tags=["People"], responses=REFUSALS)


class RoleOut(BaseModel):
    """A role over a scope: `nation`, a region's slug, or a store's number. Days are inclusive, null is open."""

    role: str
    scope: str
    skills: list[str]
    tier: int | None
    capacity: int
    valid_from: date | None = Field(serialization_alias="from")
    valid_to: date | None = Field(serialization_alias="to")


class PersonOut(BaseModel):
    """A person with the roles that are held now or later; ended ones are left out."""

    id: int
    email: str
    name: str
    locale: str
    active: bool
    roles: list[RoleOut]


class PersonList(BaseModel):
    """People in the order they were added."""

    items: list[PersonOut]
    next: str | None


@router.get("/people", summary="List people")
def list_people(
    viewer: Annotated[Viewer, ApiScope("people:read")],
    session: ApiSession,
    now: Now,
    asked: Paging,
    role: Annotated[str | None, Query(description="Only people who hold this role.")] = None,
    email: Annotated[str | None, Query(description="Only the person of this address.")] = None,
) -> PersonList:
    """The people of the brand with their roles."""
    found = administration.list_colleagues(
        session, viewer, today=now.date(), role=role, email=email, after_id=asked.after_id, limit=asked.fetch
    )
    rows, following = cut(found, asked, lambda person: (person.id,))
    return PersonList(items=[_person(colleague) for colleague in rows], next=following)


def _person(colleague: Colleague) -> PersonOut:
    roles = [
        RoleOut(
            role=held.role,
            scope=held.scope,
            skills=held.skills,
            tier=held.tier,
            capacity=held.capacity,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
        )
        for held in colleague.roles
    ]
    return PersonOut(
        id=colleague.id,
        email=colleague.email,
        name=colleague.name,
        locale=colleague.locale,
        active=colleague.active,
        roles=roles,
    )
