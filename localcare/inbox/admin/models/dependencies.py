"""Who may see the models of triage, and who may say which judges: supervisors of the whole brand and administrators."""

from typing import Annotated

from fastapi import Depends

from localcare.errors import ForbiddenError
from localcare.inbox.admin.pages import Frame, frame
from localcare.inbox.admin.rules.dependencies import triage_sections
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentViewer
from localcare.triage.register import Who

_WRITERS = frozenset({"administrator", "supervisor"})
_READERS = _WRITERS | {"auditor"}
HOME = "/admin/models"


def get_model_reader(viewer: CurrentViewer) -> Viewer:
    """A supervisor, administrator or auditor of the whole brand."""
    if not _holds(viewer, _READERS):
        raise ForbiddenError("The models of triage are for the brand's care supervisors and administrators.")
    return viewer


def get_model_writer(viewer: CurrentViewer) -> Viewer:
    """A supervisor or administrator of the whole brand."""
    if not _holds(viewer, _WRITERS):
        raise ForbiddenError("Only a care supervisor or an administrator of the brand can say which model judges.")
    return viewer


ModelReader = Annotated[Viewer, Depends(get_model_reader)]
ModelWriter = Annotated[Viewer, Depends(get_model_writer)]


def models_frame(viewer: Viewer) -> Frame:
    """The frame of the administration; supervisors see what of it is theirs."""
    shared = frame(viewer, HOME)
    if not _holds(viewer, frozenset({"administrator", "auditor"})):
        shared["sections"] = triage_sections(HOME)
    shared["may_change"] = _holds(viewer, _WRITERS)
    return shared


def who_is(viewer: Viewer) -> Who:
    """Whoever is signed in, as the register writes them down."""
    return Who(viewer.name, viewer.person_id)


def _holds(viewer: Viewer, roles: frozenset[str]) -> bool:
    return any(grant.role in roles and grant.store_ids is None for grant in viewer.grants)
