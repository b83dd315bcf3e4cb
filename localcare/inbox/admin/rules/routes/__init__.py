"""The pages of rules over HTTP."""

from fastapi import APIRouter

from localcare.inbox.admin.rules.routes import acts, files, listing, rule, writing

router = APIRouter()
for part in (listing, files, writing, acts, rule):
    router.include_router(part.router)

__all__ = ["router"]
