"""Rows that digests speak of: mentions with verdict and store, cases that wait or were answered."""

from datetime import datetime, timedelta
from itertools import count

from sqlmodel import Session

from localcare.cases.models import Case, CaseClock, CaseMention
from localcare.mentions.models import Mention, MentionKey
from localcare.replies.models import Reply
from localcare.stores.models import Resolution, Store
from localcare.triage.models import VerdictRow
from tests.conftest import NOW

_numbers = count(1)


def make_mention(
    session: Session, store: Store, text: str, *, at: datetime = NOW - timedelta(hours=3), author: str = "Grace Okafor",
    topic: str = "praise", sentiment: str = "positive", names: tuple[str, ...] = (), recommends: bool | None = None,
    kind: str = "post", removed: bool = False, received_at: datetime | None = None,
) -> int:  # fmt: skip
    """A mention of the store's feed, resolved exactly and judged; returns its id."""
    number = next(_numbers)
    key = MentionKey(
        brand_id=store.brand_id, channel="facebook", external_id=f"9900_{number}", received_at=received_at or at
    )
    session.add(key)
    session.flush()
    assert key.id is not None
    session.add(
        Mention(
            id=key.id, received_at=key.received_at, brand_id=store.brand_id, channel="facebook", kind=kind,
            external_id=key.external_id, conversation_key=f"facebook:{number}", author_name=author,
            author_external_id=f"a{number}", content_version="1", text=text, recommends=recommends,
            first_change_at=at, created_at=at, removed_at=at if removed else None,
        )
    )  # fmt: skip
    session.add(
        Resolution(
            brand_id=store.brand_id, mention_id=key.id, mentioned_at=at, status="exact", store_id=store.id,
            confidence=1.0, resolved_at=at,
        )
    )  # fmt: skip
    session.add(
        VerdictRow(
            brand_id=store.brand_id, mention_id=key.id, actionable=sentiment == "negative", actionable_probability=0.5,
            topic=topic, tier=1, sentiment=sentiment, urgency="normal", matter="store", shout_out=bool(names),
            shout_out_names=list(names), language="en", abstained=False, model="rules-only", judged_at=at,
            reasons=[{"from": "rule", "detail": "somebody was hurt (“hurt”)"}],
        )
    )  # fmt: skip
    session.flush()
    return key.id


def make_waiting_case(
    session: Session, store: Store, text: str, *, at: datetime = NOW - timedelta(hours=5), due_at: datetime | None = None,
    author: str = "Dana Reyes", queue: str | None = None, risks: tuple[str, ...] = (),
) -> int:  # fmt: skip
    """An open case whose customer waits, in the store's inbox unless told otherwise; returns its id."""
    mention_id = make_mention(session, store, text, at=at, author=author, topic="staff-service", sentiment="negative")
    case = Case(
        brand_id=store.brand_id, conversation_key=f"facebook:case:{mention_id}", channel="facebook", store_id=store.id,
        resolution_status="exact", author_name=author, state="queued", is_open=True,
        queue=queue or f"store:{store.number}", topic="staff-service", tier=1, matter="store", sentiment="negative",
        urgency="normal", urgency_rank=2, excerpt=text, lead_mention_id=mention_id, opened_at=at, last_customer_at=at,
        waiting_since=at, updated_at=at, risks=list(risks),
    )  # fmt: skip
    session.add(case)
    session.flush()
    assert case.id is not None
    session.add(CaseMention(mention_id=mention_id, case_id=case.id))
    session.add(
        CaseClock(
            case_id=case.id, brand_id=store.brand_id, kind="first_reply", started_at=at, due_at=due_at or at + timedelta(hours=8)
        )
    )  # fmt: skip
    session.flush()
    return case.id


def make_answered_case(session: Session, store: Store, text: str, answer: str, *, at: datetime, by: str) -> int:
    """A case that was answered at a time, with the customer's turn now; returns its id."""
    case_id = make_waiting_case(session, store, text, at=at - timedelta(hours=2), author="Walt Brandt")
    case = session.get_one(Case, case_id)
    case.state, case.waiting_since, case.answered_at, case.first_reply_at = "waiting", None, at, at
    session.add(
        Reply(
            brand_id=store.brand_id, case_id=case_id, turn_id=case.lead_mention_id, channel="facebook", kind="comment",
            target_id="x", text=answer, author_name=by, state="sent", external_id=f"r{case_id}", created_at=at,
            send_after=at, sent_at=at,
        )
    )  # fmt: skip
    session.flush()
    return case_id
