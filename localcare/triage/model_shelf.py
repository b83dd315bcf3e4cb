"""The models a worker keeps at hand: each brand's live one, renewed when somebody has changed it; else the shipped one.

Where a brand has its model switched off there is none, and rules judge alone.
"""

import logging
from dataclasses import dataclass, replace
from threading import Lock

from sqlmodel import Session

from localcare.errors import CareError
from localcare.kit.runtime import Runtime
from localcare.triage import register_repository as repository
from localcare.triage.core import Triager
from localcare.triage.core.careful import CarefulModel
from localcare.triage.core.model import LinearModel
from localcare.triage.model_files import ModelHome
from localcare.triage.models import TriageModel
from localcare.triage.switching import find_off

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bases:
    """What a brand's mentions are judged with before its own rules come in: fast, and careful where there is an encoder."""

    fast: Triager
    careful: Triager | None


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    bases: Bases


class ModelShelf:
    """The live models of all brands. One thread at a time; each worker has its own. Without a home all get the shipped one."""

    def __init__(self, home: ModelHome | None = None) -> None:
        self._home = home
        self._versions: dict[int, int] = {}
        self._kept: dict[int, _Kept] = {}

    def refresh(self, session: Session) -> None:
        """Begin a batch: notice changed models; wants a session that sees all brands."""
        if self._home is not None:
            self._versions = repository.versions(session)

    def bases_of(self, session: Session, brand_id: int, shipped: Bases) -> Bases:
        """A brand's triagers as of the last refresh. A model that cannot be run leaves the shipped one, and says so on record."""
        version = self._versions.get(brand_id, 0)
        if version == 0 or self._home is None:
            return shipped
        kept = self._kept.get(brand_id)
        if kept is None or kept.version != version:
            kept = self._kept[brand_id] = _Kept(version, self._read(session, brand_id, shipped, self._home))
        return kept.bases

    def _read(self, session: Session, brand_id: int, shipped: Bases, home: ModelHome) -> Bases:
        if find_off(session, brand_id) is not None:
            return Bases(shipped.fast.with_model(None), None)
        live = repository.find_live(session, brand_id)
        if live is None or live.id is None:
            return shipped
        try:
            bases = load_bases(session, live, shipped, home)
        except CareError as error:
            log.error("the live model %s cannot be run, the shipped one stands in: %s", live.version, error.message)
            repository.note_trouble(session, live.id, error.message)
            return shipped
        repository.note_trouble(session, live.id, None)
        return bases


class LiveModels:
    """What judges brands' mentions now, for those who try a text or rules beside the workers. Any thread may ask.

    The model read last is kept: one that is trained never changes.
    """

    def __init__(self, home: ModelHome) -> None:
        self._home = home
        self._kept: tuple[int, LinearModel | CarefulModel] | None = None
        self._lock = Lock()

    def triager_of(self, session: Session, brand_id: int, shipped: Triager) -> Triager:
        """The shipped triager with the brand's live model; where that cannot be run as it is; by rules alone where it is off."""
        if find_off(session, brand_id) is not None:
            return shipped.with_model(None)
        live = repository.find_live(session, brand_id)
        if live is None or live.id is None:
            return shipped
        try:
            return shipped.with_model(self._read(session, live, live.id))
        except CareError as error:
            log.warning(
                "the live model %s cannot be run, texts are tried with the shipped one: %s", live.version, error
            )
            return shipped

    def _read(self, session: Session, live: TriageModel, model_id: int) -> LinearModel | CarefulModel:
        with self._lock:
            if self._kept is None or self._kept[0] != model_id:
                self._kept = model_id, self._home.load(session, live)
            return self._kept[1]


def live_models(runtime: Runtime) -> LiveModels:
    """Those of this process."""
    return runtime.workbench.take(LiveModels, lambda: LiveModels(ModelHome.within(runtime.settings.data_dir)))


def load_bases(session: Session, model: TriageModel, shipped: Bases, home: ModelHome) -> Bases:
    """The shipped triagers with another model in them. Raises ModelUnusableError."""
    fast = shipped.fast.with_model(home.load(session, model))
    careful = shipped.careful
    if careful is not None and isinstance(careful.model, CarefulModel):
        careful = careful.with_model(home.load(session, model, profile="careful", encoder=careful.model.encoder))
    return replace(shipped, fast=fast, careful=careful)
