"""Verdicts are saved in batches; the former one of a mention becomes its history."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select, text

from localcare.kit.db import Session
from localcare.people.models import Brand
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.models import VerdictRow
from localcare.triage.service import Judged, judge, save_verdicts
from tests.conftest import NOW
from tests.triagers import rules_only


@pytest.fixture(scope="module")
def triager() -> Triager:
    return rules_only()


@pytest.fixture
def mention_ids(session: Session, brand: Brand) -> list[int]:
    """Keys of three mentions; verdicts refer to nothing else of them."""
    query = text(
        "insert into mention_key (brand_id, channel, external_id, received_at)"
        " select :brand, 'facebook', 'm' || n, :now from generate_series(1, 3) n returning id"
    )
    return list(session.execute(query, {"brand": brand.id, "now": NOW}).scalars())


def _save(session: Session, brand: Brand, judged: list[Judged], now: datetime = NOW) -> None:
    assert brand.id is not None
    save_verdicts(session, brand.id, judged, now=now)


def _verdict(triager: Triager, words: str) -> Verdict:
    return judge(triager, [Item("1", words)])[0]


def test_a_verdict_comes_back_as_it_was_judged(
    session: Session, brand: Brand, triager: Triager, mention_ids: list[int]
) -> None:
    verdict = _verdict(triager, "Ana was amazing! But my lawyer says “no”, 100 %…")
    _save(session, brand, [Judged(mention_ids[0], verdict)])
    row = session.exec(select(VerdictRow)).one()
    assert (row.topic, row.tier, row.risks, row.urgency) == (verdict.topic, 3, ["legal"], "high")
    assert row.reasons == [{"from": r.source, "detail": r.detail} for r in verdict.reasons]
    assert row.sentiment_probability["negative"] == pytest.approx(verdict.sentiment_probability.negative)
    assert (row.judged_at, row.superseded_at) == (NOW, None)


def test_a_new_verdict_supersedes_the_former_one_and_keeps_it(
    session: Session, brand: Brand, triager: Triager, mention_ids: list[int]
) -> None:
    first, second = _verdict(triager, "thanks"), _verdict(triager, "no signal for days")
    later = NOW + timedelta(hours=1)
    _save(session, brand, [Judged(mention, first) for mention in mention_ids])
    _save(session, brand, [Judged(mention_ids[1], second)], later)
    rows = session.exec(select(VerdictRow).where(VerdictRow.mention_id == mention_ids[1]).order_by("judged_at")).all()
    assert [(row.topic, row.superseded_at) for row in rows] == [(first.topic, later), (second.topic, None)]
    current = session.exec(select(VerdictRow).where(VerdictRow.superseded_at == None)).all()  # noqa: E711
    assert len(current) == len(mention_ids)


def test_a_mention_judged_twice_in_a_batch_keeps_the_last_verdict(
    session: Session, brand: Brand, triager: Triager, mention_ids: list[int]
) -> None:
    verdict = _verdict(triager, "no signal")
    _save(session, brand, [Judged(mention_ids[0], replace(verdict, tier=1)), Judged(mention_ids[0], verdict)])
    assert session.exec(select(VerdictRow.tier)).all() == [verdict.tier]


def test_an_empty_batch_saves_nothing(session: Session, brand: Brand) -> None:
    _save(session, brand, [])
    assert session.exec(select(VerdictRow)).all() == []
