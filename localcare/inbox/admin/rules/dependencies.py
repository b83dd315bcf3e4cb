"""Who may read the care team's rules, and who may change them: supervisors of the whole brand and administrators."""

from typing import Annotated

from fastapi import Depends, Request

from localcare.errors import ForbiddenError
from localcare.inbox.admin.pages import Frame, frame
from localcare.kit.runtime import Runtime
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, CurrentViewer
from localcare.triage.core import Triager
from localcare.triage.model_shelf import live_models
from localcare.triage.rule_trial import triager_at_hand
from localcare.web.parts import Tab

_WRITERS = frozenset({"administrator", "supervisor"})
_OTHER_SECTIONS = frozenset({"administrator", "auditor"})
HOME = "/admin/rules"


def may_write_rules(viewer: Viewer) -> bool:
    """Whether this person may change rules; auditors only read."""
    return _holds(viewer, _WRITERS)


def get_rule_reader(viewer: CurrentViewer) -> Viewer:
    """A supervisor, administrator or auditor of the whole brand."""
    if not _holds(viewer, _WRITERS | _OTHER_SECTIONS):
        raise ForbiddenError("The rules of triage are for the brand's care supervisors and administrators.")
    return viewer


def get_rule_writer(viewer: CurrentViewer) -> Viewer:
    """A supervisor or administrator of the whole brand."""
    if not may_write_rules(viewer):
        raise ForbiddenError("Only a care supervisor or an administrator of the brand can change rules.")
    return viewer


def get_shipped_triager() -> Triager:
    """What every brand begins with."""
    return triager_at_hand()


def get_triager(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    shipped: Annotated[Triager, Depends(get_shipped_triager)],
) -> Triager:
    """What texts are tried with: the shipped rules and the model that judges the brand's mentions, if one does."""
    runtime: Runtime = request.app.state.runtime
    return live_models(runtime).triager_of(session, viewer.brand_id, shipped)


RuleReader = Annotated[Viewer, Depends(get_rule_reader)]
RuleWriter = Annotated[Viewer, Depends(get_rule_writer)]
CurrentTriager = Annotated[Triager, Depends(get_triager)]


def rules_frame(viewer: Viewer) -> Frame:
    """The frame of the administration; supervisors, who can open nothing else of it, see this section alone."""
    shared = frame(viewer, HOME)
    if not _holds(viewer, _OTHER_SECTIONS):
        shared["sections"] = triage_sections(HOME)
    shared["may_change"] = may_write_rules(viewer)
    return shared


def triage_sections(current: str) -> tuple[Tab, ...]:
    """The sections of the administration that are the care team's own."""
    places = (("Rules", HOME), ("Models", "/admin/models"))
    return tuple(Tab(label, href, current=href == current) for label, href in places)


def _holds(viewer: Viewer, roles: frozenset[str]) -> bool:
    return any(grant.role in roles and grant.store_ids is None for grant in viewer.grants)
