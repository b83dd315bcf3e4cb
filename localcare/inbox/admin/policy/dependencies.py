"""What the pages of the policy have at hand: who acts, whether a second person signs."""

from typing import Annotated

from fastapi import Depends

from localcare.inbox.admin.dependencies import Administrator
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentRuntime, Now
from localcare.routing.ruling import By


def get_by(viewer: Administrator, now: Now) -> By:
    """The administrator who acts, now."""
    return by_of(viewer, now)


def by_of(viewer: Viewer, now: Now) -> By:
    """A person as the history names them."""
    return By(viewer.name or viewer.email, now, viewer.person_id)


def asks_second_person(runtime: CurrentRuntime) -> bool:
    """Whether somebody else than the author signs a policy off."""
    return runtime.settings.policy_second_person


ActingBy = Annotated[By, Depends(get_by)]
SecondPerson = Annotated[bool, Depends(asks_second_person)]
