"""Stores over HTTP: `router` has every page of the directory below /admin."""

from fastapi import APIRouter

from localcare.inbox.admin.stores.routes import acts, chart, listing, store

router = APIRouter()
for part in (listing, chart, store, acts):
    router.include_router(part.router)

__all__ = ["router"]
