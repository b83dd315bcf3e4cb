"""`/api/v1/stores` and `/api/v1/pages`: the directory for programs."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from localcare.errors import NotFoundError
from localcare.people.core import Viewer
from localcare.people.dependencies import ApiScope, ApiSession, Now
from localcare.stores import api_repository as repository
from localcare.stores.api_schemas import PageList, PageOut, StoreList, StoreOut
from localcare.web.paging import REFUSALS, Paging, cut

router = APIRouter(prefix="/api/v1", tags=["Stores"], responses=REFUSALS)

StoreReader = Annotated[Viewer, ApiScope("stores:read")]
PageReader = Annotated[Viewer, ApiScope("pages:read")]


@router.get("/stores", summary="List stores")
def list_stores(
    viewer: StoreReader,
    session: ApiSession,
    now: Now,
    asked: Paging,
    region: Annotated[str | None, Query(description="A region's slug: its stores and those below it.")] = None,
) -> StoreList:
    """Every store of the brand by its number, closed ones too."""
    found = repository.list_stores(
        session, viewer.brand_id, after=asked.after_name, region=region, limit=asked.fetch, today=now.date()
    )
    rows, following = cut(found, asked, lambda row: (row.number,))
    return StoreList(items=[StoreOut(**asdict(row)) for row in rows], next=following)


@router.get("/stores/{number}", summary="Read a store")
def read_store(viewer: StoreReader, session: ApiSession, now: Now, number: str) -> StoreOut:
    """One store by its number, exactly as the directory spells it."""
    row = repository.find_store(session, viewer.brand_id, number, today=now.date())
    if row is None:
        raise NotFoundError(f"There is no store {number}.")
    return StoreOut(**asdict(row))


@router.get("/pages", summary="List Pages")
def list_pages(
    viewer: PageReader,
    session: ApiSession,
    asked: Paging,
    store: Annotated[str | None, Query(description="A store's number.")] = None,
) -> PageList:
    """The Pages that are linked now, to a store or to the brand."""
    found = repository.list_pages(session, viewer.brand_id, after=asked.after_id, store=store, limit=asked.fetch)
    rows, following = cut(found, asked, lambda row: (row.id,))
    items = [
        PageOut(
            page_id=row.page_id,
            channel=row.channel,
            name=row.name,
            store_number=row.store_number,
            linked_at=row.linked_at,
        )
        for row in rows
    ]
    return PageList(items=items, next=following)
