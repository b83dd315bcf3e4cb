"""The pure heart of routing: `policy` says which queue and why; `needs`, `desk` and `giving` who takes what from it."""

from localcare.routing.core.policy import (
    CENTRE,
    CRISIS,
    STORE,
    WHICH_STORE,
    Policy,
    Promise,
    Rule,
    StoreFacts,
    When,
    find_faults,
    place,
    placement_in,
    queue_for,
)

__all__ = [
    "CENTRE",
    "CRISIS",
    "STORE",
    "WHICH_STORE",
    "Policy",
    "Promise",
    "Rule",
    "StoreFacts",
    "When",
    "find_faults",
    "place",
    "placement_in",
    "queue_for",
]
