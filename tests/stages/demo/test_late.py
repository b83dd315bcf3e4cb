"""The demo opens with managers away and replies late, each with what came of it, and without a flood of mail."""

import pytest
from sqlalchemy import text

from localcare.demo.beginning import begin
from localcare.demo.brand import load_brand
from localcare.digests.lateness import tell_of_late
from localcare.kit.runtime import Runtime
from localcare.sandbox.objects import App

pytestmark = pytest.mark.long
_LATE = """
    select count(*) filter (where c.queue like 'store:%'), count(*) filter (where c.queue like 'tier%')
    from care_case c where exists (select from case_event e where e.case_id = c.id and e.actor = 'clock')
"""
_UNTOLD = """
    select count(*) from case_clock k join care_case c on c.id = k.case_id
    where c.is_open and c.waiting_since is not null and k.stopped_at is null and k.escalated_at is null
        and k.due_at < :now and k.due_at > cast(:now as timestamptz) - interval '72 hours'
"""


def test_it_opens_with_people_away_and_late_replies_told_of_once_and_few_mails(runtime: Runtime) -> None:
    begun = begin(runtime, load_brand(120), App(), mentions=160)
    with runtime.db.session(begun.brand_id) as session:
        away, standing_in = session.execute(text("select count(*), count(stand_in_id) from absence")).one()
        at_stores, at_centre = session.execute(text(_LATE)).one()
        untold = session.execute(text(_UNTOLD), {"now": runtime.clock.now()}).scalar_one()
        jobs = session.scalars(
            text("select args from procrastinate_jobs where task_name = 'digests.tell_of_late'")
        ).all()
    assert (away, standing_in) == (3, 2)
    assert at_stores + at_centre >= 3
    assert at_centre >= 1
    assert untold == 0
    mails = sum(tell_of_late(runtime, job["brand_id"], job["case_ids"], what=job["what"]) for job in jobs)
    assert 0 < mails <= 8
