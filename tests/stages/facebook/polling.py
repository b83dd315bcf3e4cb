"""A connected brand to poll: what happens on its Pages, what webhooks told of it, and what came of reading."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import select

from localcare.channels.facebook.checking import check_pages
from localcare.channels.facebook.models import PageAccess, PollState
from localcare.channels.reading import FACEBOOK
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.intake.models import Event
from localcare.intake.polling import PollReport, poll_pages
from localcare.mentions.models import Mention
from localcare.pipeline import Pipeline
from localcare.sandbox.delivery import pack
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.payloads import PageUpdate
from tests.stages.facebook.conftest import Facebook
from tests.triagers import rules_only


class Polling:
    """A connected brand whose webhooks all got lost, unless they are delivered here."""

    def __init__(self, facebook: Facebook) -> None:
        self.facebook, self.world = facebook, facebook.world
        self.told: list[PageUpdate] = []
        facebook.connect()
        check_pages(facebook.runtime, facebook.brand_id)
        self.world.listeners.append(self.told.append)
        self.page = facebook.store(1)

    def poll(self, *pages: str, since: datetime | None = None) -> PollReport:
        """Read now, and work in what it brought."""
        report = poll_pages(
            self.facebook.runtime, self.facebook.brand_id, page_ids=pages or (self.page,), since=since
        )  # fmt: skip
        self.work()
        return report

    def work(self) -> None:
        pipeline = Pipeline(self.facebook.runtime.db, self.facebook.clock, rules_only())
        while pipeline.work_batch().events:
            pass

    def later(self, **by: float) -> None:
        self.facebook.clock.advance(timedelta(**by))

    def mentions(self) -> dict[str, Mention]:
        with self.facebook.runtime.db.session(self.facebook.brand_id) as session:
            return {mention.external_id: mention for mention in session.exec(select(Mention))}

    def lane(self, lane: str, page: str | None = None) -> PollState:
        with self.facebook.runtime.db.session(self.facebook.brand_id) as session:
            state = session.get(PollState, (page or self.page, lane))
            assert state is not None
            return state

    def page_access(self, page: str | None = None) -> PageAccess:
        return self.facebook.pages()[page or self.page]

    def events(self) -> list[Event]:
        with self.facebook.runtime.db.session(None) as session:
            return list(session.exec(select(Event)))

    def deliver(self, updates: Sequence[PageUpdate]) -> None:
        """Have webhooks arrive, and work them in."""
        runtime, now = self.facebook.runtime, self.facebook.clock.now()
        with runtime.db.session(None) as session:
            bodies = [delivery.body for delivery in pack(updates, now)]
            brand_id = self.facebook.brand_id
            intake.accept(session, [Delivery(Lane.WEBHOOK, FACEBOOK, body, now, brand_id) for body in bodies])
        self.work()

    def fault(self, kind: FaultKind, edge: str, **more: int) -> None:
        self.facebook.graph.faults.add(Fault(kind, edge=edge, **more))  # type: ignore[arg-type]
