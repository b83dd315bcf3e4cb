"""The administration over HTTP: `router` has every page under /admin."""

from fastapi import APIRouter

from localcare.inbox.admin.crisis import routes as crisis
from localcare.inbox.admin.health import routes as health
from localcare.inbox.admin.models import routes as models
from localcare.inbox.admin.policy import routes as policy
from localcare.inbox.admin.routes import (
    capabilities,
    connect,
    events,
    imports,
    mail,
    overview,
    people,
    privacy,
)
from localcare.inbox.admin.rules import routes as rules
from localcare.inbox.admin.stores import routes as stores

router = APIRouter(include_in_schema=False)
router.include_router(overview.router)
for part in (
    events,
    imports,
    health,
    connect,
    stores,
    people,
    policy,
    crisis,
    rules,
    models,
    privacy,
    capabilities,
    mail,
):
    router.include_router(part.router, prefix="/admin")

__all__ = ["router"]
