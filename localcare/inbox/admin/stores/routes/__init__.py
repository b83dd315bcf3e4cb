"""Stores over HTTP: `router` has every page of the directory below /admin."""

from fastapi import APIRouter

from localcare.inbox.admin.stores.routes import acts, chart, conflicts, listing, store

router = APIRouter()
for part in (listing, chart, conflicts, store, acts):
    router.include_router(part.router)

__all__ = ["router"]
