"""Rules as files: brought in as drafts, taken out as YAML or CSV; and all drafts together."""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from localcare.errors import CareError, NotFoundError
from localcare.inbox.admin.rules.acts_words import brought_words
from localcare.inbox.admin.rules.dependencies import HOME, RuleReader, RuleWriter, rules_frame
from localcare.inbox.admin.rules.listing import list_rules
from localcare.inbox.admin.rules.pages import BringPage, DraftsPage
from localcare.inbox.admin.rules.question import RuleQuestion
from localcare.inbox.admin.rules.routes.acts import ALL_DRAFTS
from localcare.inbox.admin.rules.trying import run_card
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.triage import ruling
from localcare.triage.rule_files import WRITERS, FileKind, read_rules
from localcare.triage.rule_trial import find_dry_run
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash, Link

router = APIRouter()
_CRUMBS = (Link("Rules", HOME),)
_MEDIA = {"yaml": "application/yaml", "csv": "text/csv"}


@router.get("/rules/drafts")
def show_drafts(request: Request, viewer: RuleReader, session: CurrentSession, now: Now) -> Response:
    return render(request, "admin/rules/drafts.html", _drafts_page(session, viewer, now))


@router.get("/rules/drafts/dry-run")
def show_common_run(request: Request, viewer: RuleReader, session: CurrentSession, now: Now) -> Response:
    page = _drafts_page(session, viewer, now)
    if page.run is None:
        raise NotFoundError("Nobody has tried these drafts yet.")
    return render(request, "admin/rules/drafts.html", page, fragment="admin/rules/_run.html")


@router.get("/rules/bring")
def show_bring(request: Request, viewer: RuleWriter) -> Response:
    page = BringPage(title="Bring rules", crumbs=_CRUMBS, **rules_frame(viewer))
    return render(request, "admin/rules/bring.html", page)


@router.post("/rules/bring")
def bring_rules(
    request: Request,
    viewer: RuleWriter,
    session: CurrentSession,
    now: Now,
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=900_000)] = "",
) -> Response:
    raw = file.file.read() if file and file.filename else b""
    body = raw.decode("utf-8-sig", errors="replace") if raw else text
    kind: FileKind = "csv" if _is_sheet(file.filename if file else "", body) else "yaml"
    try:
        with session.begin_nested():
            done = ruling.bring(
                session, viewer.brand_id, read_rules(body, kind), by=viewer.name or viewer.email, now=now
            )
    except CareError as error:
        page = BringPage(title="Bring rules", crumbs=_CRUMBS, text=text, error=error.message, **rules_frame(viewer))
        return render(request, "admin/rules/bring.html", page, status=422)
    words = brought_words(done)
    audit(session, viewer, "brought a file of rules", f"rules:{len(done.new) + len(done.changed)}", now)
    if done.refused:
        page = BringPage(
            title="Bring rules",
            crumbs=_CRUMBS,
            text=text,
            error=words,
            refused=done.refused[:200],
            **rules_frame(viewer),
        )
        return render(request, "admin/rules/bring.html", page)
    return see_other(request, f"{HOME}/drafts" if done.new or done.changed else HOME, Flash(words))


@router.get("/rules/export.{kind}")
def export_rules(viewer: RuleReader, session: CurrentSession, kind: FileKind, which: str = "own") -> Response:
    """The brand's own rules, or all: what is in force, and of rules that never were the draft."""
    rules = ruling.list_rules(session, viewer.brand_id)
    entries = [rule.entry for rule in rules if which == "all" or rule.kept != "shipped"]
    headers = {"Content-Disposition": f'attachment; filename="rules.{kind}"'}
    return Response(WRITERS[kind](entries), media_type=f"{_MEDIA[kind]}; charset=utf-8", headers=headers)


def _is_sheet(name: str | None, body: str) -> bool:
    if name and name.lower().endswith((".csv", ".yaml", ".yml")):
        return name.lower().endswith(".csv")
    first = body.lstrip("\ufeff \n").partition("\n")[0]
    return re.search(r"(^|[,;])\"?id\"?[,;]", first) is not None


def _drafts_page(session: CurrentSession, viewer: Viewer, now: datetime) -> DraftsPage:
    found = list_rules(session, viewer.brand_id, RuleQuestion(show="draft"), now=now)
    run = find_dry_run(session, viewer.brand_id, ALL_DRAFTS)
    return DraftsPage(
        title="Drafts",
        crumbs=_CRUMBS,
        drafts=found.rules,
        seen=found.seen,
        more=found.found - len(found.rules),
        run=run_card(session, viewer.brand_id, run, f"{HOME}/drafts", now=now) if run else None,
        **rules_frame(viewer),
    )
