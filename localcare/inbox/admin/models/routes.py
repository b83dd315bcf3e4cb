"""Models over HTTP: the page, and what is done to a model by one button, with the way back."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import CareError, NotFoundError
from localcare.inbox.admin.models.dependencies import HOME, ModelReader, ModelWriter, who_is
from localcare.inbox.admin.models.pages import Register, models_page
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.triage import register, shadowing, switching
from localcare.triage.core.shadow import ShadowReport
from localcare.triage.models import TriageModel
from localcare.triage.own_labels import count_labels
from localcare.triage.shipped import shipped_version
from localcare.triage.switching import SOON, judges_in_words
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter(prefix="/models")
Share = Annotated[float, Form()]
Reason = Annotated[str, Form(max_length=500)]


@router.get("")
def show_models(request: Request, viewer: ModelReader, session: CurrentSession, now: Now) -> Response:
    models = register.list_models(session, viewer.brand_id)
    trained = models[0].trained_at if models else now.replace(year=2000)
    values = Register(
        shipped=shipped_version(),
        models=models,
        changes=register.list_changes(session, viewer.brand_id, limit=20),
        back_to=register.version_before(session, viewer.brand_id),
        labels=count_labels(session, viewer.brand_id, since=trained),
        shadow=_shadow_of(session, models),
        off=switching.find_off(session, viewer.brand_id),
    )
    return render(request, "admin/models.html", models_page(viewer, values))


@router.post("/rollback")
def roll_back(request: Request, viewer: ModelWriter, session: CurrentSession, now: Now) -> Response:
    gone, back = register.roll_back(session, viewer.brand_id, who=who_is(viewer), now=now)
    audit(session, viewer, "rolled a model back", f"model:{gone}", now)
    name = shipped_version() if back == "shipped" else back
    judges = judges_in_words(session, viewer.brand_id, "again")
    return _home(request, session, viewer, f"{gone} is retired, {name} {judges}")


@router.post("/off")
def switch_off(
    request: Request, viewer: ModelWriter, session: CurrentSession, now: Now, reason: Reason = ""
) -> Response:
    try:
        with session.begin_nested():
            switching.switch_off(session, viewer.brand_id, who=who_is(viewer), now=now, why=reason)
    except CareError as error:
        return see_other(request, HOME, Flash(error.message, "warn"))
    audit(session, viewer, "switched the model off", "model:live", now)
    return see_other(request, HOME, Flash(f"The model is off: rules judge alone. {SOON}", "good", "Undo", f"{HOME}/on"))


@router.post("/on")
def switch_on(request: Request, viewer: ModelWriter, session: CurrentSession, now: Now) -> Response:
    try:
        with session.begin_nested():
            switching.switch_on(session, viewer.brand_id, who=who_is(viewer), now=now)
    except CareError as error:
        return see_other(request, HOME, Flash(error.message, "warn"))
    audit(session, viewer, "switched the model on", "model:live", now)
    return see_other(request, HOME, Flash(f"The model judges again. {SOON}", "good"))


@router.post("/changes/{change_id}/undo")
def undo(request: Request, viewer: ModelWriter, session: CurrentSession, now: Now, change_id: int) -> Response:
    try:
        with session.begin_nested():
            register.undo(session, viewer.brand_id, change_id, who=who_is(viewer), now=now)
    except CareError as error:
        return see_other(request, HOME, Flash(f"Not taken back. {error.message}", "warn"))
    audit(session, viewer, "took back a change of models", f"change:{change_id}", now)
    return see_other(request, HOME, Flash("Taken back: the models are as they were before.", "info"))


@router.post("/{model_id}/shadow")
def start_shadow(
    request: Request,
    viewer: ModelWriter,
    session: CurrentSession,
    now: Now,
    model_id: int,
    share: Share = register.SHARE,
) -> Response:
    def work() -> TriageModel:
        return register.start_shadow(session, viewer.brand_id, model_id, who=who_is(viewer), now=now, share=share)

    return _done(request, session, viewer, now, work, "put a model in the shadow", "judges along from now on.")


@router.post("/{model_id}/promotion")
def promote(
    request: Request, viewer: ModelWriter, session: CurrentSession, now: Now, model_id: int, reason: Reason = ""
) -> Response:
    def work() -> TriageModel:
        return register.promote(session, viewer.brand_id, model_id, who=who_is(viewer), now=now, reason=reason)

    judges = judges_in_words(session, viewer.brand_id, "from now on")
    return _done(request, session, viewer, now, work, "let a model judge", judges)


@router.post("/{model_id}/retirement")
def retire(request: Request, viewer: ModelWriter, session: CurrentSession, now: Now, model_id: int) -> Response:
    def work() -> TriageModel:
        return register.retire(session, viewer.brand_id, model_id, who=who_is(viewer), now=now)

    return _done(request, session, viewer, now, work, "retired a model", f"is retired. {SOON}")


def _done(
    request: Request, session: Session, viewer: Viewer, now: Now, work: Callable[[], TriageModel], what: str, told: str
) -> Response:
    """Do it, write it down, and offer the way back; what cannot be done is said on the page."""
    try:
        with session.begin_nested():
            model = work()
    except NotFoundError:
        raise
    except CareError as error:
        return see_other(request, HOME, Flash(error.message, "warn"))
    audit(session, viewer, what, f"model:{model.version}", now)
    return _home(request, session, viewer, f"{model.version} {told}")


def _home(request: Request, session: Session, viewer: Viewer, told: str) -> Response:
    session.flush()
    last = register.list_changes(session, viewer.brand_id, limit=1)[0]
    return see_other(request, HOME, Flash(told, "good", "Undo", f"{HOME}/changes/{last.id}/undo"))


def _shadow_of(session: Session, models: list[TriageModel]) -> tuple[TriageModel, ShadowReport] | None:
    """The model in the shadow; where none is, the newest that was."""
    were = [each for each in models if each.shadow_since is not None]
    chosen = next((each for each in were if each.state == "shadow"), were[0] if were else None)
    return (chosen, shadowing.report_on(session, chosen)) if chosen else None
