"""The list of rules: search, views, pages of fifty; and a text tried on all of them."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from localcare.inbox.admin.rules.dependencies import CurrentTriager, RuleReader, rules_frame
from localcare.inbox.admin.rules.listing import list_rules
from localcare.inbox.admin.rules.pages import (
    USUAL_CHANNEL,
    RulesPage,
    TryPage,
    risk_options,
    show_tabs,
    topic_options,
)
from localcare.inbox.admin.rules.question import Order, RuleQuestion, Show
from localcare.inbox.admin.rules.trying import recent_options, tried_text
from localcare.people.dependencies import CurrentSession, Now
from localcare.triage.core import Item
from localcare.triage.rule_trial import LONGEST_TEXT, items_of, list_mentions, trial_rules, try_text
from localcare.web.pages import render
from localcare.web.parts import Link, Option

router = APIRouter()
Word = Annotated[str, Query(max_length=100)]


@router.get("/rules")
def show_rules(
    request: Request,
    viewer: RuleReader,
    session: CurrentSession,
    now: Now,
    show: Show = "all",
    q: Word = "",
    topic: Word = "",
    owner: Word = "",
    language: Word = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    risk: Word = "",
    order: Order = "",
) -> Response:
    question = RuleQuestion(show, q.strip(), topic, owner, language, page, risk, order)
    found = list_rules(session, viewer.brand_id, question, now=now)
    question = question.on_page(found.page)
    value = RulesPage(
        title="Rules",
        question=question,
        tabs=show_tabs(question, found.counts),
        rules=found.rules,
        found=found.found,
        drafts=found.drafts,
        topics=topic_options(),
        risks=risk_options(),
        owners=tuple(Option(each, each) for each in found.owners),
        is_touched=found.counts.get("own", 0) > 0 or question.is_narrowed,
        **rules_frame(viewer),
    )
    return render(request, "admin/rules/list.html", value)


@router.get("/rules/try")
def show_try(request: Request, viewer: RuleReader, session: CurrentSession, now: Now) -> Response:
    recent = recent_options(session, viewer.brand_id, now=now)
    return render(request, "admin/rules/try.html", _try_page(viewer, recent))


@router.post("/rules/try")
def try_rules(
    request: Request,
    viewer: RuleReader,
    session: CurrentSession,
    now: Now,
    triager: CurrentTriager,
    text: Annotated[str, Form()] = "",
    channel: Annotated[str, Form(max_length=20)] = "",
    mention: Annotated[str, Form(pattern=r"^\d{0,18}$")] = "",
) -> Response:
    """A POST, though it changes nothing: a customer's words don't belong into an address."""
    brand_id = viewer.brand_id
    chosen = list(list_mentions(session, brand_id, [int(mention)]).values()) if mention else []
    item = (
        items_of(session, brand_id, chosen)[0]
        if chosen
        else Item(id="", text=text[:LONGEST_TEXT], channel=channel or USUAL_CHANNEL)
    )
    trial = try_text(trial_rules(session, brand_id, triager, [], now=now), item)
    recent = recent_options(session, brand_id, now=now)
    page = _try_page(
        viewer, recent, text=item.text, tried=tried_text(trial), channel=item.channel, is_cut=len(text) > LONGEST_TEXT
    )
    return render(request, "admin/rules/try.html", page, fragment="admin/rules/_tried.html")


def _try_page(viewer: RuleReader, recent: tuple[Option, ...], **facts: object) -> TryPage:
    values = {"text": "", "tried": None, **facts}
    crumbs = (Link("Rules", "/admin/rules"),)
    return TryPage(title="Try a text", crumbs=crumbs, recent=recent, **values, **rules_frame(viewer))  # type: ignore[arg-type]
