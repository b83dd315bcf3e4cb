"""policy.yaml: the form in which people read and exchange a routing policy."""

from datetime import time
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from localcare.errors import InvalidError
from localcare.routing.core import Policy, Promise, Rule, When, find_faults


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhenForm(_Strict):
    """Conditions; all that are given must hold."""

    risks: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    store_known: bool | None = None


class RuleForm(_Strict):
    """One rule. `skill` names a central team and is needed when `to` is centre."""

    name: str
    when: WhenForm = WhenForm()
    to: Literal["store", "which-store", "crisis", "centre"]
    skill: str = "general"
    because: str


class PromiseForm(_Strict):
    """Minutes to acknowledge, to answer first, to answer again, and to resolve."""

    acknowledge: int = Field(gt=0)
    first_reply: int = Field(gt=0)
    next_reply: int = Field(gt=0)
    resolve: int = Field(gt=0)


class PolicyForm(_Strict):
    """The whole file."""

    skills: frozenset[str]
    rules: tuple[RuleForm, ...]
    promises: dict[Literal["store", "which-store", "crisis", "tier1", "tier2", "tier3"], PromiseForm]
    store_opens: time
    store_closes: time


def read_policy(body: str) -> Policy:
    """A policy from YAML. Raises InvalidError that names every fault; the policy in force is not touched by it."""
    try:
        form = PolicyForm.model_validate(yaml.safe_load(body))
    except yaml.YAMLError as error:
        raise InvalidError(f"The policy is not readable YAML: {error}") from error
    except ValidationError as error:
        raise InvalidError("The policy has faults: " + "; ".join(_faults(error))) from error
    policy = _policy(form)
    faults = [*find_faults(policy.rules), *_unknown_skills(policy), *_missing_promises(form)]
    if faults:
        raise InvalidError("The policy has faults: " + " ".join(faults))
    return policy


def _policy(form: PolicyForm) -> Policy:
    rules = tuple(
        Rule(
            name=rule.name,
            when=When(**rule.when.model_dump()),
            to=rule.to,
            skill=rule.skill,
            because=rule.because,
        )
        for rule in form.rules
    )
    return Policy(
        rules=rules,
        promises={queue: Promise(**promise.model_dump()) for queue, promise in form.promises.items()},
        store_opens=form.store_opens,
        store_closes=form.store_closes,
        skills=form.skills,
    )


def _faults(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}, not {fault['input']!r:.60}" for fault in error.errors()
    ]


def _unknown_skills(policy: Policy) -> list[str]:
    return [
        f"Rule “{rule.name}” sends to the skill “{rule.skill}”, which the list of skills does not have."
        for rule in policy.rules
        if rule.to == "centre" and rule.skill not in policy.skills
    ]


def _missing_promises(form: PolicyForm) -> list[str]:
    wanted = ("store", "which-store", "crisis", "tier1", "tier2", "tier3")
    return [f"There is no promise for the queue “{queue}”." for queue in wanted if queue not in form.promises]
