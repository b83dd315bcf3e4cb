"""What the page of models shows: which judges, what the gate found of each, how one does in the shadow, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.inbox.admin.models.dependencies import HOME, models_frame
from localcare.inbox.admin.pages import AdminPage
from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import topic_name, words_of
from localcare.people.core import Viewer
from localcare.triage.core.life import SHIPPED, state_after
from localcare.triage.core.shadow import AlarmCount, Contest, Move, MovedCase, ShadowReport
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.models import TriageModel, TriageModelChange
from localcare.triage.register import GateTask, gate_of, last_change
from localcare.triage.switching import SWITCHED_OFF, SWITCHED_ON, Off
from localcare.web.parts import Option, Tone
from localcare.web.plots import Bar, Estimate, WhiskerPlot, bars, whisker_plot
from localcare.web.words import plural

STATES: dict[str, tuple[str, Tone]] = {
    "candidate": ("Candidate", "info"), "shadow": ("In the shadow", "brand"), "live": ("Judges", "good"),
    "retired": ("Retired", "neutral"),
}  # fmt: skip
TASKS = {
    "actionable": "Needs an answer", "topic": "Topic", "tier": "Tier", "matter": "Whose matter", "sentiment": "Mood",
    "urgency": "Urgency", "risk": "Risk", "queue": "Queue",
}  # fmt: skip
SHARES = (Option("0.05", "5 %"), Option("0.2", "20 %"), Option("0.5", "50 %"), Option("1.0", "everything"))
_DEEDS = {
    "train": ("trained", "sparkles"),
    "shadow": ("put in the shadow", "moon"),
    "promote": ("let judge", "gavel"),
    "retire": ("retired", "x"),
    "roll back": ("rolled back", "undo-2"),
}
_SWITCHES = {
    SWITCHED_OFF: ("switched the model off: rules judge alone", "power"), SWITCHED_ON: ("switched the model on", "power"),
}  # fmt: skip
_RECIPES = {"onward": "learned on from the shipped model", "whole": "trained anew from the labelled sets"}
_MOVES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model of the brand's own and what can be done with it."""

    home: str
    version: str
    state: tuple[str, Tone]
    trained_at: datetime
    trained_by: str
    told: str
    passed: bool
    gate: WhiskerPlot | None
    gate_words: tuple[tuple[str, bool], ...]
    on_fixed_sets: bool
    reason: str
    trouble: str
    can_shadow: bool
    can_promote: bool
    can_retire: bool


@dataclass(frozen=True, slots=True)
class MoveLine:
    """How often the live model said one thing and the shadow another."""

    what: str
    live: str
    shadow: str
    count: int


@dataclass(frozen=True, slots=True)
class ContestLine:
    """Who was right of what colleagues corrected since the model was trained."""

    what: str
    corrected: int
    live: str
    shadow: str
    shadow_leads: bool


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A mention that would have gone elsewhere."""

    href: str
    words: str
    at: datetime
    live: str
    shadow: str


@dataclass(frozen=True, slots=True)
class ShadowView:
    """How a model does, or did, beside the live one."""

    version: str
    told: str
    is_under_way: bool
    agreement: WhiskerPlot | None
    by_day: tuple[Bar, ...]
    moves: tuple[MoveLine, ...]
    contests: tuple[ContestLine, ...]
    moved: tuple[MovedLine, ...]
    queue_words: str
    alarm_words: str
    fewer_alarms: tuple[MovedLine, ...]
    more_alarms: tuple[MovedLine, ...]


@dataclass(frozen=True, slots=True)
class DeedLine:
    """What somebody did; `undo` is where it is taken back, "" where it cannot be."""

    who: str
    what: str
    icon: str
    at: datetime
    reason: str
    undo: str
    undone_by: str


@dataclass(frozen=True, kw_only=True)
class ModelsPage(AdminPage):
    """`admin/models.html`."""

    live: str
    live_is_shipped: bool
    shipped: str
    back_to: str
    trouble: str
    off: Off | None
    labels: str
    lines: tuple[ModelLine, ...]
    shadow: ShadowView | None
    history: tuple[DeedLine, ...]
    shares: tuple[Option, ...] = SHARES
    home: str = HOME


@dataclass(frozen=True, slots=True)
class Register:
    """What the page is made of: the register as it stands, and corrections that wait to be learned from."""

    shipped: str
    models: Sequence[TriageModel]
    changes: Sequence[TriageModelChange]
    back_to: str | None
    labels: tuple[int, int]
    shadow: tuple[TriageModel, ShadowReport] | None
    off: Off | None = None


def models_page(viewer: Viewer, register: Register) -> ModelsPage:
    """The page for this viewer."""
    live = next((each for each in register.models if each.state == "live"), None)
    names = {each.id: each.version for each in register.models}
    return ModelsPage(
        title="Models",
        live=live.version if live else register.shipped,
        live_is_shipped=live is None,
        shipped=register.shipped,
        back_to=(f"the shipped one, {register.shipped}" if register.back_to == SHIPPED else register.back_to or ""),
        trouble=(live.trouble or "") if live else "",
        off=register.off,
        labels=_labels(*register.labels),
        lines=tuple(map(_line, register.models)),
        shadow=_shadow(*register.shadow) if register.shadow else None,
        history=tuple(_history(register.changes, names)),
        **models_frame(viewer),
    )


def _labels(standing: int, since: int) -> str:
    if not standing:
        return (
            "Nobody has corrected triage yet: on a case, t says what it is really about, x that nobody had to look at it, "
            "f that it is no crisis."
        )
    since_words = (
        "all since the last model was trained" if since == standing else f"{since:,} since the last model was trained"
    )
    return f"{plural(standing, 'correction')} to learn from, {since_words}."


def _line(model: TriageModel) -> ModelLine:
    gate, state = gate_of(model), model.state
    return ModelLine(
        home=f"{HOME}/{model.id}",
        version=model.version,
        state=STATES[state],
        trained_at=model.trained_at,
        trained_by=model.trained_by,
        told=f"{_RECIPES.get(model.recipe, model.recipe)}, {plural(model.labels, 'label')} of our own, {model.seconds:.0f} s",
        passed=gate.passes,
        gate=_gate_plot(gate.tasks),
        gate_words=tuple((_gate_words(task), task.not_worse) for task in gate.tasks),
        on_fixed_sets=gate.on_fixed_sets,
        reason=model.override_reason or "",
        trouble=model.trouble or "",
        can_shadow=state_after("shadow", state) is not None,  # type: ignore[arg-type]
        can_promote=state_after("promote", state) is not None,  # type: ignore[arg-type]
        can_retire=state_after("retire", state) is not None,  # type: ignore[arg-type]
    )


def _gate_plot(tasks: Sequence[GateTask]) -> WhiskerPlot | None:
    estimates = [
        Estimate(words_of(task.task), task.difference, task.low, task.high, task.texts, marked=not task.not_worse)
        for task in tasks
    ]
    if not estimates:
        return None
    return whisker_plot("Better or worse than the live one", estimates, unit="points", reference=0.0, digits=1)


def _gate_words(task: GateTask) -> str:
    figures = f"{task.old:.3f} before, {task.new:.3f} now, on {plural(task.texts, 'text')}"
    return f"{words_of(task.task)}: {figures}: {task.finding}"


def _shadow(model: TriageModel, report: ShadowReport) -> ShadowView:
    shares = [Estimate(TASKS[task], each.value, *each.interval, each.of) for task, each in report.shares.items()]
    under_way = model.state == "shadow"
    judges = (
        f"judges along on {model.share:.0%} of what comes in" if under_way else "judged along until it left the shadow"
    )
    found = f"{plural(report.judged, 'mention')}, nothing different in {report.same:,}" if report.judged else "none yet"
    share = report.queue_moves / report.judged if report.judged else 0.0
    return ShadowView(
        version=model.version,
        told=f"{model.version} {judges}: {found}.",
        is_under_way=under_way,
        agreement=whisker_plot("Says the same as the live model", shares, digits=1) if report.judged else None,
        by_day=bars([(f"{day.day:%b %d}", float(day.differing)) for day in report.days])
        if len(report.days) > 1
        else (),
        moves=tuple(_move(move) for move in report.moves if move.task in ("topic", "queue", "actionable", "risk"))[
            :_MOVES_SHOWN
        ],
        contests=tuple(map(_contest, report.contests)),
        moved=tuple(_moved("queue", each) for each in report.cases),
        queue_words=f"{plural(report.queue_moves, 'mention')} would have gone to another queue ({share:.1%}).",
        alarm_words=_alarm_words(report.alarms),
        fewer_alarms=tuple(_moved("risk", each) for each in report.fewer_alarms),
        more_alarms=tuple(_moved("risk", each) for each in report.more_alarms),
    )


def _moved(task: str, each: MovedCase) -> MovedLine:
    href = f"/cases/{each.case_id}" if each.case_id else ""
    return MovedLine(href, each.words, each.at, _said(task, each.live), _said(task, each.shadow))


def _alarm_words(alarms: AlarmCount) -> str:
    """How many more, and how many fewer, would be alarmed."""
    if not alarms.any:
        return "Both see the same risks in everything that both have judged."
    parts = (
        f"a risk in {plural(alarms.more, 'mention')} in which the live model sees none",
        f"none in {plural(alarms.fewer, 'mention')} in which the live model sees one",
        f"another risk in {plural(alarms.other, 'mention')}" if alarms.other else "",
    )
    return f"It would see {'; '.join(part for part in parts if part)}."


def _move(move: Move) -> MoveLine:
    return MoveLine(TASKS[move.task], _said(move.task, move.live), _said(move.task, move.shadow), move.count)


def _said(task: str, value: str) -> str:
    if task == "queue":
        return _queue(value)
    if task == "risk":
        return "no risk" if value == NO_RISK else " and ".join(words_of(risk).lower() for risk in value.split())
    return topic_name(value) if task == "topic" else words_of(value)


def _queue(slug: str) -> str:
    return {"none": "No case", "store": "The store's inbox"}.get(slug) or queue_name(slug)


def _contest(contest: Contest) -> ContestLine:
    def share(right: int) -> str:
        return f"{right:,} of {contest.corrected:,}"

    leads = contest.shadow_right > contest.live_right
    return ContestLine(
        TASKS[contest.task], contest.corrected, share(contest.live_right), share(contest.shadow_right), leads
    )


def _history(changes: Sequence[TriageModelChange], names: dict[int | None, str]) -> list[DeedLine]:
    last = last_change(changes)
    lines = []
    for change in changes:
        verb, icon = _DEEDS.get(change.kind, (change.kind, "activity"))
        what, icon = _SWITCHES.get(change.kind, (f"{verb} {names.get(change.model_id, 'a model')}", icon))
        can_undo = change is last and change.before is not None
        lines.append(
            DeedLine(
                change.by, what, icon, change.at, change.reason,
                f"{HOME}/changes/{change.id}/undo" if can_undo else "", change.undone_by or "",
            )
        )  # fmt: skip
    return lines
