"""What is done to a rule by one button: in force, off, on, discarded, a change taken back, a dry run begun or stopped."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import CareError, InvalidError, NotFoundError
from localcare.inbox.admin.rules.again import judge_open_cases_again
from localcare.inbox.admin.rules.dependencies import HOME, RuleWriter
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.triage import ruling
from localcare.triage.rule_trial import ask_dry_run, change_of, stop_dry_run
from localcare.web.pages import see_other
from localcare.web.parts import Flash
from localcare.web.words import plural

router = APIRouter()
ALL_DRAFTS = "*"
"""What a dry run of all drafts together is kept under: no rule has this key."""
_STAYS = "Cases that are open already stay as they are."
_SOON = f"Every worker counts it within a few seconds. {_STAYS}"

Version = Annotated[str, Form(pattern=r"^\d{0,9}$")]
"""Which version of a rule the page with the button showed; without one nobody is asked."""
Act = Literal["live", "off", "on", "discard"]


def _go_live(session: Session, brand_id: int, key: str, *, by: str, now: datetime) -> None:
    ruling.get_rule(session, brand_id, key)
    if not ruling.go_live(session, brand_id, [key], by=by, now=now):
        raise InvalidError("There is no draft to put in force.")


_VERBS: dict[Act, tuple[Callable[..., None], str, str]] = {
    "live": (_go_live, "put a rule in force", f"In force. {_SOON}"),
    "off": (
        ruling.switch_off,
        "switched a rule off",
        f"Off. No worker counts it any more within a few seconds. {_STAYS}",
    ),
    "on": (ruling.switch_on, "switched a rule on", f"On again. {_SOON}"),
    "discard": (ruling.discard, "discarded a draft", "Discarded."),
}


@router.post("/rules/drafts/live")
def put_drafts_in_force(
    request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, seen: Annotated[str, Form()] = ""
) -> Response:
    drafts = ruling.hold_all(session, viewer.brand_id)
    if seen and seen != ruling.print_of_drafts(drafts):
        words = "Not done. Somebody has changed the drafts meanwhile. Look at them as they are now, then do it again."
        return see_other(request, f"{HOME}/drafts", Flash(words, "warn"))
    keys = ruling.keys_with_draft(drafts)
    try:
        moved = ruling.go_live(session, viewer.brand_id, keys, by=_name(viewer), now=now)
    except CareError as error:
        return see_other(request, f"{HOME}/drafts", Flash(f"Not done. {error.message}", "warn"))
    audit(session, viewer, "put rules in force", f"rules:{len(moved)}", now)
    return see_other(request, HOME, Flash(f"{plural(len(moved), 'rule')} in force. {_SOON}"))


@router.post("/rules/drafts/dry-run")
def begin_common_run(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now) -> Response:
    drafts = [rule for rule in ruling.list_rules(session, viewer.brand_id) if rule.draft]
    return _begin(request, session, viewer, ALL_DRAFTS, drafts, now)


@router.post("/rules/drafts/dry-run/stop")
def stop_common_run(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now) -> Response:
    stop_dry_run(session, viewer.brand_id, ALL_DRAFTS, now=now)
    return see_other(request, f"{HOME}/drafts", Flash("Stopped."))


@router.post("/rules/changes/{change_id}/undo")
def undo_change(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, change_id: int) -> Response:
    try:
        with session.begin_nested():
            change = ruling.undo(session, viewer.brand_id, change_id, by=_name(viewer), now=now)
    except NotFoundError:
        raise
    except CareError as error:
        return see_other(request, HOME, Flash(f"Not taken back. {error.message}", "warn"))
    audit(session, viewer, "took back a change of a rule", f"rule:{change.key}", now, change=change_id)
    where = f"{HOME}/{change.key}" if change.before or change.key in ruling.shipped_entries() else HOME
    return see_other(request, where, Flash("Taken back: the rule is as it was before."))


@router.post("/rules/{key}/dry-run")
def begin_run(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, key: str) -> Response:
    rule = ruling.get_rule(session, viewer.brand_id, key)
    return _begin(request, session, viewer, key, [rule], now)


@router.post("/rules/{key}/dry-run/stop")
def stop_run(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, key: str) -> Response:
    stop_dry_run(session, viewer.brand_id, key, now=now)
    return see_other(request, f"{HOME}/{key}", Flash("Stopped."))


@router.post("/rules/{key}/judgement")
def judge_again(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, key: str) -> Response:
    asked = judge_open_cases_again(session, viewer.brand_id, key)
    audit(session, viewer, "had open cases judged again", f"rule:{key}", now, mentions=asked)
    if not asked:
        return see_other(request, f"{HOME}/{key}", Flash("Its words stand in no open case.", "info"))
    words = f"Workers judge {plural(asked, 'mention')} of open cases again; a case that changes says so in its history."
    return see_other(request, f"{HOME}/{key}", Flash(words))


@router.post("/rules/{key}/{act}")
def act_on_rule(
    request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, key: str, act: Act, version: Version = ""
) -> Response:
    verb, action, words = _VERBS[act]
    try:
        with session.begin_nested():
            ruling.hold_as_seen(session, viewer.brand_id, key, int(version) if version else None)
            verb(session, viewer.brand_id, key, by=_name(viewer), now=now)
    except NotFoundError:
        raise
    except CareError as error:
        return see_other(request, f"{HOME}/{key}", Flash(f"Not done. {error.message}", "warn"))
    audit(session, viewer, action, f"rule:{key}", now)
    last = next(iter(ruling.history_of(session, viewer.brand_id, key)), None)
    way_back = ("Undo", f"{HOME}/changes/{last.id}/undo") if last else ("", "")
    return see_other(request, _home_of(session, viewer, key), Flash(words, "good", *way_back))


def _begin(
    request: Request, session: Session, viewer: Viewer, key: str, rules: list[ruling.KeptRule], now: datetime
) -> Response:
    home = f"{HOME}/drafts" if key == ALL_DRAFTS else f"{HOME}/{key}"
    try:
        changes = [change_of(rule) for rule in rules]
        ask_dry_run(session, viewer.brand_id, key, changes, by=_name(viewer), now=now)
    except CareError as error:
        return see_other(request, home, Flash(error.message, "warn"))
    audit(session, viewer, "began a dry run", f"rule:{key}", now)
    return see_other(request, f"{home}#dry-run")


def _home_of(session: Session, viewer: Viewer, key: str) -> str:
    try:
        ruling.get_rule(session, viewer.brand_id, key)
    except NotFoundError:
        return HOME
    return f"{HOME}/{key}"


def _name(viewer: Viewer) -> str:
    return viewer.name or viewer.email
