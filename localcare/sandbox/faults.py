"""What can be made to go wrong on purpose: each fault strikes a number of matching calls, then is spent."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The ways in which Graph has been seen to fail."""

    ERROR = "error"
    ERROR_BUT_DONE = "error_but_created"
    RESET = "reset"
    RESET_BUT_DONE = "reset_but_created"
    BAD_GATEWAY = "bad_gateway"
    EMPTY = "empty"
    SLOW = "slow"
    RATE_LIMITED = "rate_limited"
    EMPTY_PAGE = "empty_page"
    SHORT_PAGE = "short_page"
    REPEATED_CURSOR = "repeated_cursor"
    REPEATED_ROWS = "repeated_rows"
    LOWERED_LIMIT = "lowered_limit"
    TOO_MUCH_DATA = "too_much_data"
    NULL_BATCH_ITEM = "null_batch_item"


@dataclass(slots=True)
class Fault:
    """One thing that will go wrong. `edge` is "" for a node itself; None in a filter matches everything.

    `times` counts the calls still to be struck; with `every` n only each n-th matching call is. `seconds` is the delay of
    `slow`, `minutes` the time to regain access of `rate_limited`, `rows` the most that a list page with a lowered limit
    shows and that one with too much data may be asked for; code, subcode, message and status shape an error (without a
    code: 2 for an error, and the well-known "Unsupported request" for one that hides success).
    """

    kind: FaultKind
    times: int = 1
    every: int = 1
    page_id: str | None = None
    edge: str | None = None
    method: str | None = None
    seconds: float = 1.0
    minutes: int = 5
    rows: int = 25
    code: int | None = None
    subcode: int | None = None
    message: str = "An unexpected error has occurred. Please retry your request later."
    status: int = 400
    is_transient: bool | None = None
    seen: int = 0

    def matches(self, method: str, edge: str, page_id: str | None) -> bool:
        """Whether a call is of the kind this fault waits for."""
        filters = ((self.method, method), (self.edge, edge), (self.page_id, page_id))
        return all(wanted is None or wanted == given for wanted, given in filters)


class FaultBook:
    """The faults waiting to strike, in the order they were added."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.struck = 0

    def add(self, fault: Fault) -> None:
        """Let `fault` strike from the next call on."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()

    def strike(self, method: str, edge: str, page_id: str | None) -> Fault | None:
        """The fault that strikes this call, if any; it is used up by one."""
        for fault in self.waiting:
            if fault.matches(method, edge, page_id):
                fault.seen += 1
                if fault.seen % fault.every == 0:
                    return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        fault.times -= 1
        self.struck += 1
        if fault.times <= 0:
            self.waiting.remove(fault)
        return fault
