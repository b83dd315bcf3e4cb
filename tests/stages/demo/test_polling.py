"""The demo's Pages are polled like any others: what its past says on both sides is left as it is."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from localcare.demo.beginning import begin
from localcare.demo.brand import load_brand
from localcare.intake.polling import poll_pages
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.pipeline import Pipeline
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import App
from tests.journeys.serving import address_of, listen, serving
from tests.triagers import rules_only

pytestmark = pytest.mark.long


def test_polling_the_demo_removes_and_opens_nothing(runtime: Runtime, clock: SetClock) -> None:
    assert runtime.settings.facebook_app_id
    assert runtime.settings.facebook_app_secret
    app = App(runtime.settings.facebook_app_id, secret=runtime.settings.facebook_app_secret.get_secret_value())
    begun = begin(runtime, load_brand(30), app, mentions=160)
    before = _told(runtime)
    with listen() as listener, serving(create_sandbox_app(begun.world), listener):
        settings = runtime.settings.model_copy(update={"graph_url": address_of(listener)})
        report = poll_pages(replace(runtime, settings=settings), begun.brand_id)
    assert report.failed == 0
    pipeline = Pipeline(runtime.db, clock, rules_only())
    while pipeline.work_batch().events:
        pass
    assert _told(runtime) == before


def _told(runtime: Runtime) -> list[tuple[object, ...]]:
    with runtime.db.session(None) as session:
        rows = session.execute(
            text("select external_id, text, hidden, removed_at is null from mention where not from_page order by 1")
        )
        return [tuple(row) for row in rows]
