"""One rule: what it says, what it did, what its draft would do, its history."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import NotFoundError
from localcare.inbox.admin.rules.dependencies import HOME, RuleReader, rules_frame
from localcare.inbox.admin.rules.listing import STATE_WORDS, Hits, as_title, hits_of
from localcare.inbox.admin.rules.pages import HistoryLine, Reading, RulePage
from localcare.inbox.admin.rules.reading import reading_of
from localcare.inbox.admin.rules.trying import RunCard, run_card
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.triage import ruling
from localcare.triage.rule_shelf import rule_day
from localcare.triage.rule_trial import find_dry_run
from localcare.triage.ruling import KeptRule
from localcare.triage.schemas import RuleEntry
from localcare.web.pages import render
from localcare.web.parts import Link
from localcare.web.plots import bars

router = APIRouter()
_ICONS = {
    "wrote": "pencil", "put in force": "gavel", "switched off": "moon", "switched on": "sun", "discarded": "x",
    "brought": "upload", "brought in force": "upload",
}  # fmt: skip
_DID = {
    "wrote": "wrote a draft", "put in force": "put the draft in force", "switched off": "switched it off",
    "switched on": "switched it on again", "discarded": "discarded the draft", "brought": "brought a draft in a file",
    "brought in force": "brought it in a file and put it in force",
}  # fmt: skip


@router.get("/rules/{key}")
def show_rule(request: Request, viewer: RuleReader, session: CurrentSession, now: Now, key: str) -> Response:
    page = _page(session, viewer, ruling.get_rule(session, viewer.brand_id, key), now)
    return render(request, "admin/rules/rule.html", page)


@router.get("/rules/{key}/dry-run")
def show_run(request: Request, viewer: RuleReader, session: CurrentSession, now: Now, key: str) -> Response:
    """The dry run alone, for the page that waits for it; to anybody else the whole page."""
    page = _page(session, viewer, ruling.get_rule(session, viewer.brand_id, key), now)
    if page.run is None:
        raise NotFoundError("Nobody has tried this rule yet.")
    return render(request, "admin/rules/rule.html", page, fragment="admin/rules/_run.html")


def _page(session: Session, viewer: Viewer, rule: KeptRule, now: datetime) -> RulePage:
    brand_id, today = viewer.brand_id, rule_day(now)
    hits = hits_of(session, brand_id, now=now).get(rule.key, Hits())
    days = [(f"{today - timedelta(days=len(hits.days) - 1 - at):%b %d}", count) for at, count in enumerate(hits.days)]
    return RulePage(
        title=as_title((rule.draft or rule.entry).because),
        crumbs=(Link("Rules", HOME),),
        key=rule.key,
        version=rule.version,
        state=STATE_WORDS[rule.state_on(today)],
        is_shipped=rule.shipped is not None,
        is_own=rule.kept != "shipped",
        is_off=rule.kept == "off",
        owner=rule.entry.owner or "care",
        in_force=_reading(session, brand_id, rule.live or rule.shipped, now),
        draft=_reading(session, brand_id, rule.draft, now),
        hits=hits,
        bars=bars(days),
        run=_run(session, brand_id, rule.key, now),
        history=_history(session, brand_id, rule.key),
        **rules_frame(viewer),
    )


def _reading(session: Session, brand_id: int, entry: RuleEntry | None, now: datetime) -> Reading | None:
    return reading_of(session, brand_id, entry, {}, now=now) if entry else None


def _run(session: Session, brand_id: int, key: str, now: datetime) -> RunCard | None:
    run = find_dry_run(session, brand_id, key)
    return run_card(session, brand_id, run, f"{HOME}/{key}", now=now) if run else None


def _history(session: Session, brand_id: int, key: str) -> tuple[HistoryLine, ...]:
    changes = ruling.history_of(session, brand_id, key)
    last = next((change.id for change in changes if change.undone_at is None), None)
    return tuple(
        HistoryLine(
            who=change.recorded_by,
            what=_DID.get(change.kind, change.kind),
            at=change.recorded_at,
            note=ruling.difference(change),
            icon=_ICONS.get(change.kind, "history"),
            undone_by=change.undone_by or "",
            undo=f"{HOME}/changes/{change.id}/undo" if change.id == last else "",
        )
        for change in changes
    )
