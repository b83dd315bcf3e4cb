"""policy.yaml: the form in which people read and exchange a routing policy."""

from datetime import time
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from localcare.errors import InvalidError
from localcare.people.core.shifts import read_weekly, read_zone
from localcare.routing.core import LateInStores, Paging, Policy, Promise, QuietHours, Rule, When, find_faults
from localcare.routing.core.conditions import CENTRE_ZONE
from localcare.routing.core.giving import USUAL_STEPS, Giving
from localcare.routing.core.needs import Knowing, Rules, Step
from localcare.routing.core.surge import STORE_SAFE, SurgePlan
from localcare.stores.core.open_days import DayOfYear, read_day_of_year, read_open_days

NOTIFIED_ROLES = ("supervisor", "lead", "manager", "administrator")
"""Whom a rule can have told by their role: leads of the regions above the store, managers and deputies of it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhenForm(_Strict):
    """Conditions; all that are given must hold."""

    risks: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    sentiments: frozenset[str] = frozenset()
    tiers: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    resolutions: frozenset[str] = frozenset()
    stars: frozenset[Annotated[int, Field(ge=1, le=5)]] = frozenset()
    page_kind: Literal["store", "brand"] | None = None
    store_known: bool | None = None
    stores: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    earlier_cases: int = Field(default=0, ge=0, le=1000)
    hours: str = ""

    @field_validator("hours")
    @classmethod
    def _tell_time(cls, hours: str) -> str:
        read_weekly(hours)
        return hours


Approver = Literal["supervisor", "lead", "centre", "tier2", "tier3"]
Minutes = Annotated[int, Field(gt=0, le=60 * 24 * 365, strict=True)]


class OwnPromiseForm(_Strict):
    """Minutes that a rule promises instead of its queue, where given."""

    acknowledge: Minutes | None = None
    first_reply: Minutes | None = None
    next_reply: Minutes | None = None
    resolve: Minutes | None = None


class RuleForm(_Strict):
    """One rule. `skill` names a central team and is needed when `to` is centre; `tier` fixes its tier.

    `priority` lists the case as that urgent, `promise` are minutes of its own, `notify` roles or e-mail addresses.
    `approval` holds the answer back until somebody else has read it: true, or who may.
    """

    name: str
    when: WhenForm = WhenForm()
    to: Literal["store", "which-store", "crisis", "centre"]
    skill: str = "general"
    because: str
    tier: int | None = Field(default=None, ge=1, le=3)
    priority: Literal["low", "normal", "high", "critical"] | None = None
    promise: OwnPromiseForm = OwnPromiseForm()
    approval: bool | Annotated[tuple[Approver, ...], Field(min_length=1)] = False
    notify: tuple[str, ...] = ()

    @field_validator("notify")
    @classmethod
    def _can_be_told(cls, notify: tuple[str, ...]) -> tuple[str, ...]:
        return _told(notify)


class PromiseForm(_Strict):
    """Minutes to acknowledge, to answer first, to answer again, and to resolve."""

    acknowledge: Minutes
    first_reply: Minutes
    next_reply: Minutes
    resolve: Minutes


Tier = Literal["tier1", "tier2", "tier3"]


class StepForm(_Strict):
    """From so many minutes of waiting on: who may take a case. Each step lets in everybody whom the one before did."""

    after: float = Field(ge=0)
    knows: Literal["primary", "known", "any"] = "known"
    proficiency: int = Field(default=1, ge=1, le=5)
    tiers_up: int = Field(default=0, ge=0, le=2)


class GivingForm(_Strict):
    """How the desk gives cases out: how waiting widens the circle, and how much of a capacity a case takes."""

    steps: tuple[StepForm, ...] = ()
    weights: dict[Literal["tier1", "tier2", "tier3", "crisis", "which-store", "store"], int] = {}

    @field_validator("steps")
    @classmethod
    def _widen(cls, steps: tuple[StepForm, ...]) -> tuple[StepForm, ...]:
        if steps:
            Rules(tuple(map(_step, steps)))  # says in its own words which step takes somebody out again
        return steps


class CentreForm(_Strict):
    """The national team: which skills each tier has, where a case goes whose promise was broken, how the desk gives out.

    All of it may be left out. `hours` is an opening_hours line in `timezone`; without it clocks count day and night.
    """

    hours: str = ""
    timezone: str = CENTRE_ZONE
    tiers: dict[Tier, frozenset[str]] = {}
    escalation: dict[Tier, Literal["tier1", "tier2", "tier3", "crisis"]] = {}
    giving: GivingForm = GivingForm()

    @field_validator("hours")
    @classmethod
    def _open_sometimes(cls, hours: str) -> str:
        if hours and read_open_days(hours) is None:
            raise ValueError("write hours as Mo-Fr 08:00-20:00; Sa 09:00-17:00; Dec 25 off")
        return hours

    @field_validator("timezone")
    @classmethod
    def _is_somewhere(cls, timezone: str) -> str:
        return read_zone(timezone)


class PagingForm(_Strict):
    """How a crisis is told: minutes until the next contact is paged, and their e-mail addresses in order."""

    answer_within: int = Field(default=10, ge=1, le=24 * 60)
    contacts: tuple[str, ...] = ()
    rounds: int = Field(default=12, ge=1, le=100)

    @field_validator("contacts")
    @classmethod
    def _can_be_told(cls, contacts: tuple[str, ...]) -> tuple[str, ...]:
        if roles := [contact for contact in contacts if "@" not in contact]:
            raise ValueError(f"“{roles[0]}” is no e-mail address")
        return contacts


class LateForm(_Strict):
    """A store's late reply: reminded so many minutes before, told of, and after more of opening time to the centre."""

    warn: int = Field(default=0, ge=0, le=24 * 60)
    tell: tuple[str, ...] = ("lead",)
    centre_after: Minutes | None = None
    skill: str = "general"

    @field_validator("tell")
    @classmethod
    def _can_be_told(cls, tell: tuple[str, ...]) -> tuple[str, ...]:
        return _told(tell)


class QuietForm(_Strict):
    """Local hours in which nobody is written to about anything that is no crisis; equal ones are none."""

    begins: time = time(21)
    ends: time = time(7)


class SurgeForm(_Strict):
    """What is done when more comes in than was forecast; see `core.surge.SurgePlan`."""

    by_rule: bool = True
    above: float = Field(default=2.0, ge=1.1, le=100)
    minutes: int = Field(default=15, ge=3, le=24 * 60)
    least: int = Field(default=20, ge=1, le=100_000)
    calm_minutes: int = Field(default=30, ge=3, le=24 * 60)
    tiers_up: int = Field(default=1, ge=0, le=2)
    to_stores: frozenset[str] = STORE_SAFE
    longer: float = Field(default=2.0, ge=1, le=10)
    fast: bool = True


class PolicyForm(_Strict):
    """The whole file."""

    skills: frozenset[str]
    rules: tuple[RuleForm, ...]
    centre: CentreForm = CentreForm()
    promises: dict[Literal["store", "which-store", "crisis", "tier1", "tier2", "tier3"], PromiseForm]
    store_opens: time
    store_closes: time
    crisis: PagingForm = PagingForm()
    quiet_hours: QuietForm = QuietForm()
    late_in_stores: LateForm = LateForm()
    surge: SurgeForm = SurgeForm()
    holidays: dict[str, str] = {}

    @field_validator("holidays")
    @classmethod
    def _are_days(cls, holidays: dict[str, str]) -> dict[str, str]:
        _days_of(holidays)
        return holidays


def read_policy(body: str) -> Policy:
    """A policy from YAML. Raises InvalidError that names every fault; the policy in force is not touched by it."""
    try:
        form = read_form(body)
    except yaml.YAMLError as error:
        raise InvalidError(f"The policy is not readable YAML: {error}") from error
    if isinstance(form, list):
        raise InvalidError(
            "The policy has faults: " + "; ".join(f"{'.'.join(map(str, path))}: {said}" for path, said in form)
        )
    policy = build_policy(form)
    unknown = [sentence for _, sentence in find_unknown_skills(policy)]
    faults = [*find_faults(policy.rules), *unknown, *find_missing_promises(form)]
    if faults:
        raise InvalidError("The policy has faults: " + " ".join(faults))
    return policy


def read_form(body: str) -> PolicyForm | list[tuple[tuple[str | int, ...], str]]:
    """The file's parts, or what has no form: where, and what it should be. YAMLError when it is no YAML at all."""
    try:
        return PolicyForm.model_validate(yaml.safe_load(body))
    except ValidationError as error:
        return [(fault["loc"], f"{fault['msg']}, not {fault['input']!r:.60}") for fault in error.errors()]


def build_policy(form: PolicyForm) -> Policy:
    """The policy of a file's parts, unchecked."""
    rules = tuple(
        Rule(
            name=rule.name,
            when=When(**rule.when.model_dump()),
            to=rule.to,
            skill=rule.skill,
            because=rule.because,
            tier=rule.tier,
            priority=rule.priority,
            minutes=rule.promise.model_dump(exclude_none=True),
            needs_approval=bool(rule.approval),
            approvers=rule.approval if isinstance(rule.approval, tuple) else (),
            notify=rule.notify,
        )
        for rule in form.rules
    )
    return Policy(
        rules=rules,
        promises={queue: Promise(**promise.model_dump()) for queue, promise in form.promises.items()},
        store_opens=form.store_opens,
        store_closes=form.store_closes,
        skills=form.skills,
        tiers={str(tier): skills for tier, skills in form.centre.tiers.items()},
        escalation={str(tier): str(to) for tier, to in form.centre.escalation.items()},
        giving=_giving(form.centre.giving),
        paging=Paging(**form.crisis.model_dump()),
        quiet_hours=QuietHours(**form.quiet_hours.model_dump()),
        late_in_stores=LateInStores(**form.late_in_stores.model_dump()),
        surge=SurgePlan(**form.surge.model_dump()),
        holidays=_days_of(form.holidays),
        centre_hours=form.centre.hours,
        centre_zone=form.centre.timezone,
    )


def _told(notify: tuple[str, ...]) -> tuple[str, ...]:
    """ValueError for somebody who cannot be told."""
    for each in notify:
        if each not in NOTIFIED_ROLES and "@" not in each:
            raise ValueError(f"“{each}” is neither an e-mail address nor one of {', '.join(NOTIFIED_ROLES)}")
    return notify


def _days_of(holidays: dict[str, str]) -> dict[str, DayOfYear]:
    """ValueError for a day that is none."""
    days = {name: read_day_of_year(text) for name, text in holidays.items()}
    for name, day in days.items():
        if day is None:
            said = f"“{holidays[name]}” is no day: write Dec 25, Dec 24-26, Nov Th[4] or 2027 Jan 02"
            raise ValueError(f"{name}: {said}")
    return {name: day for name, day in days.items() if day is not None}


def _giving(form: GivingForm) -> Giving:
    rules = Rules(tuple(map(_step, form.steps)) if form.steps else USUAL_STEPS)
    return Giving(rules, {str(kind): weight for kind, weight in form.weights.items()})


def _step(form: StepForm) -> Step:
    return Step(60 * form.after, Knowing[form.knows.upper()], form.tiers_up, form.proficiency)


def find_unknown_skills(policy: Policy) -> list[tuple[tuple[str | int, ...], str]]:
    """Rules that send to a skill which is not there: where, and the sentence."""
    late = policy.late_in_stores.skill
    missing = f"Stores’ late cases go to the skill “{late}”, which the list of skills does not have."
    faults: list[tuple[tuple[str | int, ...], str]] = (
        [(("late_in_stores", "skill"), missing)]
        if policy.late_in_stores.centre_after is not None and late not in policy.skills
        else []
    )
    return faults + [
        (
            ("rules", place, "skill"),
            f"Rule “{rule.name}” sends to the skill “{rule.skill}”, which the list of skills does not have.",
        )
        for place, rule in enumerate(policy.rules)
        if rule.to == "centre" and rule.skill not in policy.skills
    ]


def find_missing_promises(form: PolicyForm) -> list[str]:
    """Kinds of queues whose cases would have no clock."""
    wanted = ("store", "which-store", "crisis", "tier1", "tier2", "tier3")
    return [f"There is no promise for the queue “{queue}”." for queue in wanted if queue not in form.promises]
