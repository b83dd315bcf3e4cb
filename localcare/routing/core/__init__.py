"""The pure heart of routing: `policy` says which queue and why; `needs`, `desk` and `giving` who takes what from it."""

from localcare.routing.core.conditions import Beside, CaseFacts, StoreFacts, When
from localcare.routing.core.policy import (
    CENTRE,
    CRISIS,
    STORE,
    WHICH_STORE,
    LateInStores,
    Paging,
    Policy,
    Promise,
    QuietHours,
    Rule,
    find_faults,
    find_rule,
    hours_of,
    place,
    placement_in,
    queue_for,
)

__all__ = [
    "CENTRE",
    "CRISIS",
    "STORE",
    "WHICH_STORE",
    "Beside",
    "CaseFacts",
    "LateInStores",
    "Paging",
    "Policy",
    "Promise",
    "QuietHours",
    "Rule",
    "StoreFacts",
    "When",
    "find_faults",
    "find_rule",
    "hours_of",
    "place",
    "placement_in",
    "queue_for",
]
