"""The inbox over HTTP: `router` has the start page, the lists, the case page and what can be done there, the store's page."""

from fastapi import APIRouter

from localcare.inbox.routes import (
    add_review,
    answers,
    approvals,
    cases,
    correcting,
    crises,
    deeds,
    learned,
    moves,
    splitting,
    start,
    store_people,
    stores,
    triage_report,
    which_store,
)

router = APIRouter(include_in_schema=False)
for part in (
    start,
    cases,
    crises,
    answers,
    approvals,
    deeds,
    moves,
    splitting,
    correcting,
    which_store,
    stores,
    store_people,
    learned,
    triage_report,
    add_review,
):
    router.include_router(part.router)

__all__ = ["router"]
