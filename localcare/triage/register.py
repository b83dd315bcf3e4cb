"""The register of models: what was trained, what the gate found, who put which in the shadow, live, or away, and the way back.

The shipped model is always in it and needs no row: while no model of the brand's own is live, it judges. Every verb is
written down, and every worker notices within its next batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.triage import register_repository as repository
from localcare.triage.core.life import SHIPPED, Deed, needs_reason, next_version, state_after
from localcare.triage.model_files import features_of_today, read_files
from localcare.triage.models import TriageModel, TriageModelChange

KEPT_RETIRED = 5
"""The files of so many retired models are kept to roll back to."""
SHARE = 0.2
SHADOW_LOOKS_BACK = timedelta(days=7)
_SHORTEST_REASON = 5


class GateTask(BaseModel):
    """How much better the new model is at one task, and the 95 % interval of that."""

    model_config = ConfigDict(frozen=True)

    task: str
    old: float
    new: float
    difference: float
    low: float
    high: float
    texts: int
    not_worse: bool

    @property
    def finding(self) -> str:
        """In words: what moved by more than chance, yet no more than is let pass, is steady enough."""
        if not self.not_worse:
            return "may be worse"
        return "not worse" if self.high >= 0 else "steady enough"


class GateKept(BaseModel):
    """What the gate found. `on_fixed_sets` is False where the labelled sets were not at hand and only shipped texts were read."""

    model_config = ConfigDict(frozen=True)

    passes: bool
    on_fixed_sets: bool
    tasks: tuple[GateTask, ...] = ()


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something: a name to show, and the person behind it when there is one."""

    name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that was just trained, as files of a folder. `labels` counts those of the brand's own that it learned from."""

    version: str
    recipe: str
    base: str
    labels: int
    seconds: float
    gate: GateKept
    folder: Path


def gate_of(model: TriageModel) -> GateKept:
    """What the gate found of a model."""
    return GateKept.model_validate(model.gate)


def list_models(session: Session, brand_id: int) -> list[TriageModel]:
    """Every model the brand ever had of its own, the newest first; the shipped one is not among them."""
    return repository.list_models(session, brand_id)


def list_changes(session: Session, brand_id: int, *, limit: int = 50) -> list[TriageModelChange]:
    """What was done to the brand's models, the newest first."""
    return repository.list_changes(session, brand_id, limit=limit)


def find_live(session: Session, brand_id: int) -> TriageModel | None:
    """The model of the brand's own that judges; None while the shipped one does."""
    return repository.find_live(session, brand_id)


def list_at_work(session: Session) -> list[TriageModel]:
    """Models that judge or judge along; wants a session of all brands."""
    return repository.list_at_work(session)


def get_model(session: Session, brand_id: int, name: str) -> TriageModel:
    """A model by its version, or by the end of it when only one ends so (`own3`). Raises NotFoundError."""
    found = [each for each in repository.list_models(session, brand_id) if each.version == name]
    found = found or [each for each in repository.list_models(session, brand_id) if each.version.endswith(f"-{name}")]
    if len(found) != 1:
        raise NotFoundError(f"There is no model {name}. localcare triage models lists them.")
    return found[0]


def version_for_next(session: Session, brand_id: int, base: str) -> str:
    """What the brand's next model will be called."""
    return next_version(base, len(repository.list_models(session, brand_id)))


def add_candidate(session: Session, brand_id: int, trained: Trained, *, who: Who, now: datetime) -> TriageModel:
    """Take a trained model into the register, its files too."""
    model = TriageModel(
        brand_id=brand_id, version=trained.version, state="candidate", recipe=trained.recipe, base=trained.base,
        features=features_of_today(), trained_at=now, trained_by=who.name, person_id=who.person_id, labels=trained.labels,
        seconds=trained.seconds, gate=trained.gate.model_dump(mode="json"),
    )  # fmt: skip
    repository.add_model(session, model)
    repository.add_files(session, model, read_files(trained.folder))
    live = repository.find_live(session, brand_id)
    _record(session, model, "train", None, "candidate", live.id if live else None, who, now, "")
    repository.raise_version(session, brand_id)
    return model


def start_shadow(
    session: Session, brand_id: int, model_id: int, *, who: Who, now: datetime, share: float = SHARE
) -> TriageModel:
    """Have a model judge along, of a share of what comes in and of the last days; nothing it says counts."""
    if not 0 < share <= 1:
        raise InvalidError("The share is more than 0 and at most 1.")
    others = [each for each in repository.hold_models(session, brand_id) if each.state == "shadow"]
    if others and others[0].id != model_id:
        raise ConflictError(f"{others[0].version} is in the shadow already. Promote or retire it first.")
    model = _hold(session, brand_id, model_id)
    repository.drop_shadows(session, model_id)
    model.share, model.shadow_since, model.trouble = share, now, None
    model.looked_to = repository.last_mention_before(session, brand_id, now - SHADOW_LOOKS_BACK)
    return _do(session, model, "shadow", who=who, now=now)


def promote(
    session: Session, brand_id: int, model_id: int, *, who: Who, now: datetime, reason: str = ""
) -> TriageModel:
    """Let a model judge from now on. One that the gate held back needs a reason, which stays on record."""
    model = _hold(session, brand_id, model_id)
    if not _can_run(session, model):
        raise ConflictError(
            f"{model.version} was made for an earlier version, or its files are no longer kept. Train anew."
        )
    if needs_reason(passed=gate_of(model).passes, deed="promote"):
        if len(reason.strip()) < _SHORTEST_REASON:
            raise InvalidError(
                f"The gate held {model.version} back: it may be worse. Say why it shall judge all the same."
            )
        model.override_reason = reason.strip()
    model.trouble = None  # the next worker that runs it says whether it can
    return _do(session, model, "promote", who=who, now=now, reason=reason.strip())


def retire(session: Session, brand_id: int, model_id: int, *, who: Who, now: datetime) -> TriageModel:
    """Put a model away; where it was live, the shipped one judges again."""
    return _do(session, _hold(session, brand_id, model_id), "retire", who=who, now=now)


def promote_shipped(session: Session, brand_id: int, *, who: Who, now: datetime) -> TriageModel:
    """Let the shipped model judge again."""
    live = repository.find_live(session, brand_id)
    if live is None or live.id is None:
        raise ConflictError("The shipped model judges already.")
    return retire(session, brand_id, live.id, who=who, now=now)


def roll_back(session: Session, brand_id: int, *, who: Who, now: datetime) -> tuple[str, str]:
    """The model that judged before the live one judges again, the shipped one if need be: (version that goes, that comes)."""
    models = {each.id: each for each in repository.hold_models(session, brand_id)}
    live = next((each for each in models.values() if each.state == "live"), None)
    if live is None or live.id is None:
        raise ConflictError("The shipped model judges already: there is nothing to go back to.")
    before = _before(session, live, models)
    repository.move(session, live, "retired")
    if before is not None:
        repository.move(session, before, "live")
    _record(session, live, "roll back", "live", "retired", live.id, who, now, "")
    repository.raise_version(session, brand_id)
    return live.version, before.version if before else SHIPPED


def version_before(session: Session, brand_id: int) -> str | None:
    """What rolling back would let judge; None where the shipped model judges already."""
    models = {each.id: each for each in repository.list_models(session, brand_id)}
    live = next((each for each in models.values() if each.state == "live"), None)
    if live is None:
        return None
    before = _before(session, live, models)
    return before.version if before else SHIPPED


def undo(session: Session, brand_id: int, change_id: int, *, who: Who, now: datetime) -> None:
    """Take the last change back. Raises ConflictError for an older one, or when the models have moved on since."""
    models = {each.id: each for each in repository.hold_models(session, brand_id)}
    last = last_change(repository.list_changes(session, brand_id, limit=50))
    if last is None or last.id != change_id or last.before is None:
        raise ConflictError("Only the last change can be taken back.")
    model, live = models[last.model_id], next((each for each in models.values() if each.state == "live"), None)
    if model.state != last.after:
        raise ConflictError("The model has moved on since.")
    if live and live.id not in (last.live_before, model.id):
        repository.move(session, live, "retired")
    repository.move(session, model, last.before)
    if last.live_before in models and last.live_before != model.id:
        repository.move(session, models[last.live_before], "live")
    last.undone_at, last.undone_by = now, who.name
    repository.add_change(session, last)
    repository.raise_version(session, brand_id)


def last_change(changes: Sequence[TriageModelChange]) -> TriageModelChange | None:
    """The last thing done to a model that stands, of changes with the newest first; switching all off and on is none."""
    return next((each for each in changes if each.undone_at is None and each.model_id is not None), None)


def _hold(session: Session, brand_id: int, model_id: int) -> TriageModel:
    held = {each.id: each for each in repository.hold_models(session, brand_id)}
    if model_id not in held:
        raise NotFoundError("There is no such model.")
    return held[model_id]


def _before(session: Session, live: TriageModel, models: Mapping[int | None, TriageModel]) -> TriageModel | None:
    """The model that judged before the live one and can still be run; None is the shipped one, the last resort."""
    promotion = repository.find_promotion(session, live.id or 0)
    before = models.get(promotion.live_before) if promotion else None
    return before if before is not None and not before.trouble and _can_run(session, before) else None


def _do(session: Session, model: TriageModel, deed: Deed, *, who: Who, now: datetime, reason: str = "") -> TriageModel:
    before, after = model.state, state_after(deed, model.state)  # type: ignore[arg-type]
    if after is None:
        raise ConflictError(
            f"{model.version} is {before} already." if deed != "shadow" else f"{model.version} is {before}."
        )
    live = repository.find_live(session, model.brand_id)
    if after == "live" and live is not None:
        repository.move(session, live, "retired")
    repository.move(session, model, after)
    _record(session, model, deed, before, after, live.id if live else None, who, now, reason)
    repository.drop_old_files(session, model.brand_id, keep=KEPT_RETIRED)
    repository.raise_version(session, model.brand_id)
    return model


def _record(
    session: Session, model: TriageModel, kind: str, before: str | None, after: str, live_before: int | None,
    who: Who, now: datetime, reason: str,
) -> None:  # fmt: skip
    repository.add_change(
        session,
        TriageModelChange(
            brand_id=model.brand_id, model_id=model.id, kind=kind, before=before, after=after, live_before=live_before,
            reason=reason, at=now, by=who.name, person_id=who.person_id,
        ),
    )  # fmt: skip


def _can_run(session: Session, model: TriageModel) -> bool:
    """Whether this version of the software can run it and its files are there; spoilt ones a worker finds."""
    if model.id is None or model.features != features_of_today():
        return False
    return bool(repository.list_sums(session, model.id))
