"""The list of cases."""

from dataclasses import dataclass

from localcare.inbox.core.listing import ListFilter, Shown
from localcare.inbox.core.queues import queue_name
from localcare.inbox.pages.rows import case_row
from localcare.inbox.pages.start import QueueRow, queue_rows
from localcare.inbox.service.listing import CaseList
from localcare.people.core import Viewer
from localcare.web.pages import Page
from localcare.web.parts import CaseRow, Pager, Tab

_MOST_QUEUES = 24
_VIEWS = (
    (Shown.WAITING, "Waiting"),
    (Shown.MINE, "Mine"),
    (Shown.CUSTOMER, "With the customer"),
    (Shown.SNOOZED, "Snoozed"),
    (Shown.CLOSED, "Closed"),
)
_EMPTY = {
    Shown.WAITING: ("Nobody waits here", "New words from customers appear by themselves. You need not reload the page."),
    Shown.MINE: ("You have no case in hand", "Take the next one, or claim one from a queue."),
    Shown.CUSTOMER: ("Nothing is with a customer", "A case rests here after your answer, until the customer writes again."),
    Shown.SNOOZED: ("Nothing is snoozed", "Snooze a case to have it back at a better time, such as tomorrow at nine."),
    Shown.CLOSED: ("Nothing was closed yet", "Closed cases stay here; each can be opened again."),
}  # fmt: skip
_NOTHING_FOUND = ("Nothing found", "Try part of a name, or one word the customer used.")


@dataclass(frozen=True, kw_only=True)
class CaseListPage(Page):
    """`inbox/list.html`: cases in one view of one queue, store or search."""

    filter: ListFilter
    rows: tuple[CaseRow, ...]
    tabs: tuple[Tab, ...]
    queues: tuple[QueueRow, ...]
    pager: Pager
    empty: tuple[str, str]
    is_search: bool
    clear_href: str
    live_url: str
    may_take_next: bool
    all_queues_href: str
    search_fields: dict[str, str]


def case_list_page(viewer: Viewer, found: CaseList) -> CaseListPage:
    """The list as a page."""
    wanted = found.filter
    is_store_viewer = viewer.store_ids is not None and len(viewer.store_ids) == 1
    following = wanted.address(page=found.following.write()) if found.following else ""
    rows = queue_rows(found.queues, wanted.queue)
    return CaseListPage(
        title=_title(found),
        viewer=viewer,
        filter=wanted,
        rows=tuple(
            case_row(
                line,
                with_store=found.store is None and not is_store_viewer,
                with_queue=not wanted.queue,
                me=viewer.person_id,
            )
            for line in found.cases
        ),
        tabs=_tabs(wanted, rows),
        queues=_worth_showing(rows, is_national=viewer.store_ids is None),
        pager=Pager(
            "" if found.is_first else "Further cases",
            previous="" if found.is_first else wanted.address(),
            following=following,
        ),
        empty=_NOTHING_FOUND if wanted.words else _EMPTY.get(wanted.shown, _NOTHING_FOUND),
        is_search=bool(wanted.words),
        clear_href=ListFilter(queue=wanted.queue, store=wanted.store).address(),
        live_url=wanted.address() if found.is_first else "",
        may_take_next=viewer.is_central,
        all_queues_href="/cases?owner=any" if viewer.role == "agent" and not wanted.owner else "",
        search_fields={name: value for name, value in (("queue", wanted.queue), ("store", wanted.store)) if value},
    )


def _title(found: CaseList) -> str:
    if found.filter.words:
        return f"Cases with “{found.filter.words}”"
    if found.filter.queue:
        return queue_name(found.filter.queue)
    return f"Cases of {found.store.name}" if found.store else "Cases"


def _tabs(wanted: ListFilter, rows: tuple[QueueRow, ...]) -> tuple[Tab, ...]:
    waiting = sum(row.waiting for row in rows if not wanted.queue or row.current)
    return tuple(
        Tab(
            label,
            wanted.showing(shown).address(),
            count=waiting if shown is Shown.WAITING and rows and not wanted.words and not wanted.store else None,
            current=shown is wanted.shown,
        )
        for shown, label in _VIEWS
    )


def _worth_showing(rows: tuple[QueueRow, ...], *, is_national: bool) -> tuple[QueueRow, ...]:
    shown = (
        rows if is_national else [row for row in rows if row.waiting or row.current or row.label.startswith("Store ")]
    )
    busy = sorted(shown, key=lambda row: -row.waiting) if len(shown) > _MOST_QUEUES else shown
    return tuple(busy[:_MOST_QUEUES])
