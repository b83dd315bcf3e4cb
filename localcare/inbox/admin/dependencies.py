"""Who may look after the installation, and who may change it: roles over the whole brand, none over a part of it."""

from typing import Annotated

from fastapi import Depends

from localcare.errors import ForbiddenError
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentViewer

_READERS = frozenset({"administrator", "auditor"})


def may_administer(viewer: Viewer) -> bool:
    """Whether this person may change things here; auditors only read."""
    return _holds(viewer, frozenset({"administrator"}))


def get_reader(viewer: CurrentViewer) -> Viewer:
    """An administrator or an auditor of the whole brand."""
    if not _holds(viewer, _READERS):
        raise ForbiddenError("These pages are for the brand's administrators and auditors.")
    return viewer


def get_administrator(viewer: CurrentViewer) -> Viewer:
    """An administrator of the whole brand."""
    if not may_administer(viewer):
        raise ForbiddenError("Only an administrator of the brand can change this.")
    return viewer


AdminReader = Annotated[Viewer, Depends(get_reader)]
Administrator = Annotated[Viewer, Depends(get_administrator)]


def _holds(viewer: Viewer, roles: frozenset[str]) -> bool:
    return any(grant.role in roles and grant.store_ids is None for grant in viewer.grants)
