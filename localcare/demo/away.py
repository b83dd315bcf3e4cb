"""Managers of the demo who are away when it opens: one whose neighbour stands in, one whose lead sees the store's matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from localcare.demo.brand import DemoBrand, DemoStore
from localcare.demo.repository import find_store_ids, list_managers
from localcare.people.core import SystemViewer
from localcare.people.receiving import AwayNote, say_away

_PAIRS = 3
_NOTES = ("Family visit", "Training week", "On leave")


def keep_absences(session: Session, brand_id: int, brand: DemoBrand, *, now: datetime) -> int:
    """Write them down, in districts of several stores and never for the people the demo makes you; returns how many."""
    managers = list_managers(session, brand_id, now.date())
    ids = find_store_ids(session, brand_id)
    viewer = SystemViewer(brand_id, "demo")
    kept = 0
    for turn, (first, second) in enumerate(_pairs(brand)):
        away, neighbour = (managers.get(ids[each.store_number]) for each in (first, second))
        if away is None or neighbour is None or away == neighbour:
            continue
        today = now.date()
        note = AwayNote(
            person_id=away,
            from_on=today - timedelta(days=turn),
            to_on=today + timedelta(days=5 + 3 * turn),
            stand_in_id=None if turn == 1 else neighbour,
            note=_NOTES[turn % len(_NOTES)],
        )
        say_away(session, viewer, ids[first.store_number], note, today=today, now=now)
        kept += 1
    return kept


def _pairs(brand: DemoBrand) -> Sequence[tuple[DemoStore, DemoStore]]:
    """Two stores each of some districts, the featured store's left out."""
    featured = brand.featured_store.region_path
    stores = sorted(brand.open_stores, key=lambda store: (store.region_path, store.store_number))
    districts = [
        list(group) for path, group in groupby(stores, key=lambda store: store.region_path) if path != featured
    ]
    several = [(group[0], group[1]) for group in districts if len(group) > 1]
    return several[:: max(1, len(several) // _PAIRS)][:_PAIRS]
