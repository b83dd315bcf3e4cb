"""Answers kept for mentions: one current per mention, its history, and a person's word above the resolver's."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from localcare.kit.db import Session, raw_connection
from localcare.people.models import Brand
from localcare.stores.core.resolve import Answer, Candidate, Evidence
from localcare.stores.core.values import ResolvedMention
from localcare.stores.models import Resolution, Store
from localcare.stores.service import record_resolutions
from tests.factories import make_store

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
NONE = Answer("none", None, 0.0)


def likely(store: Store, confidence: float = 0.92) -> Answer:
    assert store.id is not None
    evidence = (Evidence("phone", f"phone in the text is store {store.number}'s"),)
    return Answer("likely", store.id, confidence, (Candidate(store.id, store.number, confidence, evidence),))


def mention(session: Session, brand: Brand, name: str) -> int:
    row = (
        raw_connection(session)
        .execute(
            "insert into mention_key (brand_id, channel, external_id, received_at) values (%s, 'csv', %s, %s) returning id",
            (brand.id, name, NOW),
        )
        .fetchone()
    )
    assert row is not None
    return int(row[0])


def record(session: Session, brand: Brand, answers: dict[int, Answer], *, hour: int = 0, by: str = "resolver") -> None:
    assert brand.id is not None
    resolved = [ResolvedMention(mention_id, NOW, answer) for mention_id, answer in answers.items()]
    record_resolutions(session, brand.id, resolved, now=NOW + timedelta(hours=hour), decided_by=by)


def history(session: Session, mention_id: int) -> list[tuple[str, str, bool]]:
    session.expire_all()
    rows = session.exec(select(Resolution).where(col(Resolution.mention_id) == mention_id).order_by(col(Resolution.id)))
    return [(row.status, row.decided_by, row.superseded_at is None) for row in rows]


def test_a_batch_is_kept_with_its_candidates_and_evidence(session: Session, brand: Brand) -> None:
    store, one, two = make_store(session, brand), mention(session, brand, "1"), mention(session, brand, "2")
    record(session, brand, {one: likely(store), two: NONE})
    kept = session.exec(select(Resolution).where(col(Resolution.mention_id) == one)).one()
    assert (kept.store_id, kept.confidence, kept.mentioned_at) == (store.id, 0.92, NOW)
    assert kept.candidates == [
        {
            "store_id": store.id,
            "store_number": store.number,
            "confidence": 0.92,
            "evidence": [{"kind": "phone", "detail": f"phone in the text is store {store.number}'s"}],
        }
    ]
    assert history(session, two) == [("none", "resolver", True)]


def test_a_new_answer_makes_the_former_one_history_and_the_same_one_does_nothing(
    session: Session, brand: Brand
) -> None:
    store, one = make_store(session, brand), mention(session, brand, "1")
    record(session, brand, {one: NONE})
    record(session, brand, {one: NONE}, hour=1)
    record(session, brand, {one: likely(store)}, hour=2)
    record(session, brand, {one: likely(store)}, hour=3)
    assert history(session, one) == [("none", "resolver", False), ("likely", "resolver", True)]


def test_the_resolver_never_overrules_a_person(session: Session, brand: Brand) -> None:
    store, one = make_store(session, brand), mention(session, brand, "1")
    record(session, brand, {one: NONE})
    record(session, brand, {one: likely(store, 1.0)}, hour=1, by="person:7")
    record(session, brand, {one: NONE}, hour=2)
    assert history(session, one) == [("none", "resolver", False), ("likely", "person:7", True)]
