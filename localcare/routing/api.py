"""`/api/v1/policies`: every version of the routing policy, how far it has come, and the text of each. Read-only."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from localcare.people.core import Viewer
from localcare.people.dependencies import ApiScope, ApiSession
from localcare.routing import ruling
from localcare.routing.core.versions import Stage
from localcare.routing.core.wording import rule_sentence
from localcare.routing.models import PolicyVersion
from localcare.routing.schemas import read_policy
from localcare.web.paging import REFUSALS

router = APIRouter(prefix="/api/v1", tags=["Policies"], responses=REFUSALS)
PolicyReader = Annotated[Viewer, ApiScope("policies:read")]


class PolicyOut(BaseModel):
    """A version of the policy. Stages: draft, signed-off, scheduled, live, superseded, withdrawn."""

    version: int = Field(description="0 is the shipped one.")
    stage: str
    note: str
    created_by: str
    created_at: datetime | None
    signed_by: str | None
    live_from: datetime | None
    live_until: datetime | None


class PolicyList(BaseModel):
    """Every version, the newest first; the shipped one is not among them."""

    items: list[PolicyOut]


class PolicyText(PolicyOut):
    """A version with its text, and its rules as sentences."""

    body: str
    rules: list[str]


@router.get("/policies", summary="List versions of the policy")
def list_policies(viewer: PolicyReader, session: ApiSession) -> PolicyList:
    """What was written, signed off, scheduled, in force and withdrawn."""
    return PolicyList(items=[PolicyOut(**_facts(row)) for row in ruling.list_versions(session, viewer.brand_id)])


@router.get(
    "/policies/{version}", summary="Read a policy", responses={404: {"description": "There is no such version."}}
)
def read_version(
    viewer: PolicyReader, session: ApiSession, version: Annotated[int, Path(ge=0, lt=2**31)]
) -> PolicyText:
    """One version with its text; 0 is the shipped one."""
    body = ruling.body_of(session, viewer.brand_id, version)
    rows = {row.version: row for row in ruling.list_versions(session, viewer.brand_id)}
    is_shipped_live = not any(row.active for row in rows.values())
    facts = _facts(rows[version]) if version else _shipped(in_force=is_shipped_live)
    policy = read_policy(body)
    return PolicyText(**facts, body=body, rules=[rule_sentence(rule, policy) for rule in policy.rules])


def _facts(row: PolicyVersion) -> dict[str, object]:
    return {
        "version": row.version, "stage": row.stage, "note": row.note, "created_by": row.created_by,
        "created_at": row.created_at, "signed_by": row.signed_by, "live_from": row.live_from,
        "live_until": row.live_until,
    }  # fmt: skip


def _shipped(*, in_force: bool) -> dict[str, object]:
    stage = Stage.LIVE if in_force else Stage.SUPERSEDED
    return {
        "version": 0, "stage": stage, "note": "", "created_by": "localcare", "created_at": None, "signed_by": "localcare",
        "live_from": None, "live_until": None,
    }  # fmt: skip
