"""“Where would this go?”: a text read by triage and put through a policy; nothing is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.cases.core import Placement, Summary
from localcare.errors import InvalidError
from localcare.routing.core import Beside, Policy, Rule, find_rule, place
from localcare.stores.shelf import stand_today
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.core.verdict import PageKind
from localcare.triage.rule_shelf import load_brand_rules, rule_day

LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Question:
    """Something a customer might write: about which store ("" none), by which channel, after how many cases.

    `stars` are those given with it, 0 for none.
    """

    text: str
    store_number: str = ""
    channel: str = "facebook"
    earlier_cases: int = 0
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Destination:
    """Where it would go: by which rule, as what triage makes of it."""

    placement: Placement
    rule: Rule
    verdict: Verdict


def find_destination(
    session: Session, brand_id: int, triager: Triager, question: Question, policy: Policy, *, now: datetime
) -> Destination:
    """What the brand's rules and model make of a text, and where the policy sends it. InvalidError for an unknown store."""
    stores = stand_today(session, brand_id, now=now).values()
    number = question.store_number.strip().removeprefix("#")
    store = next((each for each in stores if each.number == number), None)
    if number and store is None:
        raise InvalidError(f"There is no store with the number “{number}”.")
    kind: PageKind = "store" if store else "brand"
    rules = load_brand_rules(session, brand_id, triager.rules.rules, on=rule_day(now))
    item = Item(
        id="",
        text=question.text[:LONGEST_TEXT],
        channel=question.channel,
        page_kind=kind,
        rating=question.stars or None,
    )
    verdict = triager.with_rules(rules).judge_many([item])[0]
    summary = _summary(verdict, question, store.id if store else None, now)
    beside = Beside(kind, question.earlier_cases, now, question.stars)
    return Destination(place(summary, store, policy, beside), find_rule(summary, store, policy, beside), verdict)


def _summary(verdict: Verdict, question: Question, store_id: int | None, now: datetime) -> Summary:
    return Summary(
        channel=question.channel, page_id=None, store_id=store_id, resolution_status="exact" if store_id else "none",
        author_external_id=None, author_name=None, topic=verdict.topic, tier=verdict.tier, matter=verdict.matter,
        sentiment=verdict.sentiment, urgency=verdict.urgency, risks=verdict.risks, language=verdict.language, excerpt="",
        lead_mention_id=0, mention_count=1, last_customer_at=now,
    )  # fmt: skip
