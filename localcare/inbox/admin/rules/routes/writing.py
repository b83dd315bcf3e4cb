"""Writing a rule: the form, what it means while it is written, a box to try it, saving it as a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import CareError
from localcare.inbox.admin.rules.dependencies import HOME, CurrentTriager, RuleWriter, rules_frame
from localcare.inbox.admin.rules.forms import TypedRule, read_rule, typed_of
from localcare.inbox.admin.rules.pages import USUAL_CHANNEL, RuleFormPage, risk_options, topic_options
from localcare.inbox.admin.rules.reading import group_options, place_names, reading_of
from localcare.inbox.admin.rules.trying import TriedText, recent_options, tried_text
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.triage import ruling
from localcare.triage.core import Item, Triager
from localcare.triage.rule_trial import Change, items_of, list_mentions, trial_rules, try_text
from localcare.triage.ruling import KeptRule
from localcare.triage.schemas import RuleEntry
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Link

router = APIRouter()
_NEW: Mapping[str, str] = {"within": "5", "precedence": "0", "weight": "2", "actionable": "0"}


async def read_fields(request: Request) -> dict[str, str]:
    """What was typed, field by field; files are none."""
    return {name: text for name, text in (await request.form()).items() if isinstance(text, str)}


Typed = Annotated[dict[str, str], Depends(read_fields)]


@router.get("/rules/new")
def show_new(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now) -> Response:
    form = TypedRule({**_NEW, "owner": viewer.name})
    return render(request, "admin/rules/form.html", _form_page(session, viewer, form, None, now))


@router.post("/rules/new")
def write_new(
    request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, triager: CurrentTriager, typed: Typed
) -> Response:
    return _write(request, session, viewer, triager, typed, None, now)


@router.get("/rules/{key}/edit")
def show_edit(request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, key: str) -> Response:
    rule = ruling.get_rule(session, viewer.brand_id, key)
    form = TypedRule(typed_of(rule.draft or rule.entry))
    return render(request, "admin/rules/form.html", _form_page(session, viewer, form, rule, now))


@router.post("/rules/{key}/edit")
def write_edit(
    request: Request, viewer: RuleWriter, session: CurrentSession, now: Now, triager: CurrentTriager, key: str,
    typed: Typed,
) -> Response:  # fmt: skip
    rule = ruling.get_rule(session, viewer.brand_id, key)
    return _write(request, session, viewer, triager, typed, rule, now)


def _write(
    request: Request, session: Session, viewer: Viewer, triager: Triager, typed: dict[str, str], rule: KeptRule | None,
    now: datetime,
) -> Response:  # fmt: skip
    form = read_rule(typed, place_names(session, viewer.brand_id), key=rule.key if rule else "")
    if typed.get("do") != "save":
        return _tried(request, session, viewer, triager, form, rule, now)
    error = _save(session, viewer, form, now)
    if error is not None:
        page = _form_page(session, viewer, form, rule, now, error=error, reads=True)
        return render(request, "admin/rules/form.html", page, status=422)
    assert form.entry is not None  # noqa: S101 (it was saved)
    flash = Flash("The draft is kept. Nothing changes until you put it in force.")
    return see_other(request, f"{HOME}/{form.entry.id}", flash)


def _save(session: Session, viewer: Viewer, form: TypedRule, now: datetime) -> str | None:
    """Keep the draft; else why not ("" when the fields say it)."""
    if form.entry is None or form.faults:
        return ""
    seen = form.values.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    try:
        with session.begin_nested():
            by = viewer.name or viewer.email
            ruling.save_draft(session, viewer.brand_id, form.entry, by=by, now=now, seen_version=version)
    except CareError as error:
        return error.message
    audit(session, viewer, "wrote a rule", f"rule:{form.entry.id}", now)
    return None


def _tried(
    request: Request, session: Session, viewer: Viewer, triager: Triager, form: TypedRule, rule: KeptRule | None,
    now: datetime,
) -> Response:  # fmt: skip
    tried = _try_text(session, viewer, triager, form, rule, now)
    page = _form_page(session, viewer, form, rule, now, tried=tried, reads=True)
    return render(request, "admin/rules/form.html", page, fragment="admin/rules/_reading.html")


def _try_text(
    session: Session, viewer: Viewer, triager: Triager, form: TypedRule, rule: KeptRule | None, now: datetime
) -> TriedText | None:
    chosen, text = form.values.get("mention", ""), form.values.get("text", "")
    if form.entry is None or form.faults or not (chosen or text.strip()):
        return None
    known = list_mentions(session, viewer.brand_id, [int(chosen)]) if chosen.isdecimal() and len(chosen) < 19 else {}
    items = items_of(session, viewer.brand_id, list(known.values())) or [_as_if_heard(text, form.entry)]
    change = Change(form.entry.id, rule.in_force if rule else None, form.entry)
    triagers = trial_rules(session, viewer.brand_id, triager, [change], now=now)
    return tried_text(try_text(triagers, items[0], marked=[change.key]), [change.key])


def _as_if_heard(text: str, entry: RuleEntry) -> Item:
    """A text where the rule is asked at all: on its channel, of its stores."""
    return Item(
        id="", text=text, channel=entry.channels[0] if entry.channels else USUAL_CHANNEL, places=frozenset(entry.places)
    )


def _form_page(
    session: Session, viewer: Viewer, form: TypedRule, rule: KeptRule | None, now: datetime, *, error: str = "",
    tried: TriedText | None = None, reads: bool = False,
) -> RuleFormPage:  # fmt: skip
    brand_id = viewer.brand_id
    entry: RuleEntry | None = form.entry or (rule.draft or rule.entry if rule and not reads else None)
    back = f"{HOME}/{rule.key}" if rule else HOME
    return RuleFormPage(
        title="Change a rule" if rule else "Write a rule",
        crumbs=(Link("Rules", HOME), *([Link(rule.entry.because, back)] if rule else [])),
        key=rule.key if rule else "",
        action=f"{back}/edit" if rule else f"{HOME}/new",
        back=back,
        typed=form.values,
        version=_seen(form, rule),
        places=group_options(session, brand_id),
        reading=reading_of(session, brand_id, entry, form.faults, now=now) if entry or form.faults else None,
        tried=tried,
        recent=recent_options(session, brand_id, now=now),
        error=error,
        topics=topic_options(),
        risks=risk_options(),
        **rules_frame(viewer),
    )


def _seen(form: TypedRule, rule: KeptRule | None) -> int:
    """The version that the form was made from: it stays with what was typed, so that nobody overwrites what they never saw."""
    typed = form.values.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else rule.version if rule else 0
