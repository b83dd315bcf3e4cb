"""The routing policy over HTTP: read it, write it, try it, and take a version through its life."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import CareError, ConflictError, InvalidError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.policy.dependencies import ActingBy, SecondPerson, by_of
from localcare.inbox.admin.policy.forms import PolicyChange
from localcare.inbox.admin.policy.pages import HOME, PolicyTryPage, verdict_lines
from localcare.inbox.admin.policy.reading import edit_page, home_page, version_page
from localcare.inbox.admin.rules.dependencies import CurrentTriager
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.routing import ruling
from localcare.routing.asking import Question, find_destination
from localcare.routing.core.wording import rule_sentence
from localcare.routing.ruling import By
from localcare.routing.service import PolicyShelf
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
Number = Annotated[int, Path(ge=0, lt=2**31)]
Deed = Literal["sign-off", "application", "withdrawal", "restoration"]
_BACK = ("Roll back", f"{HOME}/rollback")


@router.get("/policy")
def show_policy(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    return render(request, "admin/policy/home.html", home_page(session, viewer))


@router.get("/policy/edit")
def show_edit(
    request: Request, viewer: AdminReader, session: CurrentSession, now: Now, second_person: SecondPerson,
    version: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
) -> Response:  # fmt: skip
    live = ruling.find_live(session, viewer.brand_id)
    body = ruling.body_of(session, viewer.brand_id, version if version is not None else live.version if live else 0)
    page = edit_page(session, viewer, body, now=now, second_person=second_person)
    return render(request, "admin/policy/edit.html", page)


@router.post("/policy/edit")
def write(
    request: Request, viewer: Administrator, session: CurrentSession, by: ActingBy, second_person: SecondPerson,
    form: Annotated[PolicyChange, Form()],
) -> Response:  # fmt: skip
    """Check and try change nothing; the forms change the text; a draft is kept, or put in force where one person may."""
    text, error = form.text, ""
    try:
        text = form.changed_text()
        if form.do in ("draft", "apply"):
            return _keep(request, session, viewer, by, form, text, second_person=second_person)
    except CareError as refused:
        error = refused.message
    page = edit_page(
        session, viewer, text, now=by.now, second_person=second_person, why=form.why, error=error,
        checks=form.do != "try", tries=form.do == "try",
    )  # fmt: skip
    status = 422 if error or (form.do in ("check", "try") and page.faults) else 200
    return render(request, "admin/policy/edit.html", page, status=status)


@router.get("/policy/try")
def try_text(
    request: Request, viewer: AdminReader, session: CurrentSession, now: Now, triager: CurrentTriager,
    text: Annotated[str, Query(max_length=20_000)] = "", store: Annotated[str, Query(max_length=80)] = "",
    stars: Annotated[Literal["", "1", "2", "3", "4", "5"], Query()] = "",
) -> Response:  # fmt: skip
    shared = {"title": "Where would this go?", "text": text, "store": store, "stars": stars, **frame(viewer, HOME)}
    page = PolicyTryPage(**shared)  # type: ignore[arg-type]
    if not text.strip():
        return render(request, "admin/policy/try.html", page)
    policy = PolicyShelf().policy_of(session, viewer.brand_id)
    question = Question(text.replace("\x00", ""), store, stars=int(stars or 0))
    try:
        found = find_destination(session, viewer.brand_id, triager, question, policy, now=now)
    except InvalidError as refused:
        page = PolicyTryPage(**shared, error=refused.message)  # type: ignore[arg-type]
        return render(request, "admin/policy/try.html", page, status=422)
    said, sentence = verdict_lines(found), rule_sentence(found.rule, policy)
    page = PolicyTryPage(**shared, found=found, sentence=sentence, said=said)  # type: ignore[arg-type]
    return render(request, "admin/policy/try.html", page)


@router.post("/policy/rollback")
def roll_back(request: Request, viewer: Administrator, session: CurrentSession, by: ActingBy) -> Response:
    number = ruling.roll_back(session, viewer.brand_id, by)
    audit(session, viewer, "rolled the policy back", f"policy:{number}", by.now)
    flash = Flash(f"What was in force before is so again, as version {number}.", "good", "Undo", _BACK[1])
    return see_other(request, HOME, flash)


@router.get("/policy/versions/{number}")
def show_version(
    request: Request, viewer: AdminReader, session: CurrentSession, now: Now, second_person: SecondPerson,
    number: Number, days: Annotated[int, Query(ge=0, le=30)] = 0,
) -> Response:  # fmt: skip
    by = by_of(viewer, now)
    page = version_page(session, viewer, number, by, second_person=second_person, tries=days > 0)
    return render(request, "admin/policy/version.html", page)


@router.post("/policy/versions/{number}/schedule")
def schedule(
    request: Request, viewer: Administrator, session: CurrentSession, by: ActingBy, number: Number,
    since: Annotated[str, Form(max_length=40)] = "", until: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    begins, ends = _moment(since, viewer), _moment(until, viewer)
    if begins is None:
        raise InvalidError("Say from when on it is to be in force.")
    ruling.schedule(session, viewer.brand_id, number, by, since=begins, until=ends)
    audit(session, viewer, "scheduled a policy", f"policy:{number}", by.now)
    flash = Flash(f"Version {number} is scheduled.", "good", "Withdraw it", f"{HOME}/versions/{number}/withdrawal")
    return see_other(request, HOME, flash)


@router.post("/policy/versions/{number}/{deed}")
def act(
    request: Request, viewer: Administrator, session: CurrentSession, by: ActingBy, second_person: SecondPerson,
    number: Number, deed: Deed,
) -> Response:  # fmt: skip
    """An old version comes back as a new one, so that the history only grows; 0 is the shipped one."""
    brand_id = viewer.brand_id
    match deed:
        case "sign-off":
            ruling.sign_off(session, brand_id, number, by, by_second=second_person)
            audit(session, viewer, "signed a policy off", f"policy:{number}", by.now)
            return see_other(request, f"{HOME}/versions/{number}", Flash(f"Version {number} is signed off."))
        case "application":
            ruling.put_in_force(session, brand_id, number, by)
            return _in_force(request, session, viewer, by, number)
        case "withdrawal":
            ruling.withdraw(session, brand_id, number, by)
            audit(session, viewer, "withdrew a policy", f"policy:{number}", by.now)
            return see_other(request, HOME, Flash(f"Version {number} is withdrawn."))
        case "restoration":
            new = ruling.restore(session, brand_id, number, by)
            audit(session, viewer, "put a policy in force", f"policy:{new}", by.now, restored=number)
            flash = Flash(f"Version {number} is in force again, as version {new}.", "good", *_BACK)
            return see_other(request, HOME, flash)


def _keep(
    request: Request, session: Session, viewer: Viewer, by: By, form: PolicyChange, text: str, *, second_person: bool
) -> Response:
    if form.do == "apply" and second_person:
        raise ConflictError("Here a second person signs a policy off: keep it as a draft and ask somebody to.")
    with session.begin_nested():
        number = ruling.draft_policy(session, viewer.brand_id, text, by, why=form.why)
        if form.do == "apply":
            ruling.sign_off(session, viewer.brand_id, number, by, by_second=False)
            ruling.put_in_force(session, viewer.brand_id, number, by, why=form.why)
    if form.do == "apply":
        return _in_force(request, session, viewer, by, number)
    audit(session, viewer, "wrote a policy", f"policy:{number}", by.now)
    flash = Flash(f"Version {number} is kept as a draft. Nothing has changed yet.")
    return see_other(request, f"{HOME}/versions/{number}", flash)


def _in_force(request: Request, session: Session, viewer: Viewer, by: By, number: int) -> Response:
    audit(session, viewer, "put a policy in force", f"policy:{number}", by.now)
    words = f"Version {number} is in force. Cases that are there already stay where they are."
    return see_other(request, HOME, Flash(words, "good", *_BACK))


def _moment(typed: str, viewer: Viewer) -> datetime | None:
    """A moment as a browser sends it, on the clock of whoever typed it; "" is none."""
    if not typed.strip():
        return None
    try:
        moment = datetime.fromisoformat(typed.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(viewer.timezone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # a year at the end of the calendar has no hour elsewhere
        raise InvalidError(f"“{typed}” is no date and time.") from error
