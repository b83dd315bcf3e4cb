"""What the clock calls for models in the shadow: they need the routing policy, so they are worked from here."""

from localcare.inbox.admin.rules.queues import queues_by_policy
from localcare.intake import service as intake
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from localcare.triage import shadowing
from localcare.triage.judging import Judging
from localcare.triage.model_files import ModelHome
from localcare.triage.model_shelf import Bases, ModelShelf
from localcare.triage.rule_trial import triager_at_hand
from localcare.triage.shadowing import ShadowDesk

CALM = 100
"""With more deliveries waiting than this, nobody judges along."""


def judge_along(runtime: Runtime) -> int:
    """Let models in the shadow look at what has come; returns at how many mentions. Any number of workers may."""
    with runtime.db.session(ALL_BRANDS, viewer="shadow") as session:
        waiting, _ = intake.backlog(session, runtime.clock.now())
        if waiting > CALM or not shadowing.has_shadows(session):
            return 0
    return _desk_of(runtime).work(runtime.db, runtime.clock)


def forget_old(runtime: Runtime) -> None:
    """Let go what models in the shadow said long ago."""
    with runtime.db.session(ALL_BRANDS, viewer="shadow") as session:
        shadowing.forget_old(session, runtime.clock.now())


def _desk_of(runtime: Runtime) -> ShadowDesk:
    found = runtime.workbench.find(ShadowDesk)
    if found is None:
        home = ModelHome.within(runtime.settings.data_dir)
        shipped = runtime.workbench.find(Bases) or Bases(triager_at_hand(), None)
        found = ShadowDesk(Judging(shipped, ModelShelf(home)), home, queues_by_policy)
        runtime.workbench.put(found)
    return found
