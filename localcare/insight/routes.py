"""Pages of comparison. A region outside the viewer's own is not found."""

import csv
import io

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.insight import service
from localcare.insight.core.export import table
from localcare.insight.core.ordering import Wish, in_order
from localcare.insight.pages import measures_page, region_page, regions_page
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.web.pages import render, see_other

router = APIRouter(include_in_schema=False)


@router.get("/regions")
def show_regions(request: Request, session: CurrentSession, viewer: CurrentViewer) -> Response:
    regions = service.list_open_regions(session, viewer)
    if len(regions) == 1:
        return see_other(request, f"/regions/{regions[0].slug}")
    return render(request, "insight/regions.html", regions_page(viewer, regions))


@router.get("/regions/{slug}.csv")
def export_region(
    session: CurrentSession,
    viewer: CurrentViewer,
    now: Now,
    slug: str,
    days: int = 0,
    sort: str = "",
    dir: str = "",  # noqa: A002 (the address says dir)
) -> Response:
    wish = Wish.read(days=days, sort=sort, direction=dir, view="", page=1)
    comparison = service.compare_region(session, viewer, slug, days=wish.days, now=now)
    text = io.StringIO()
    csv.writer(text).writerows(table(in_order(comparison.stores, wish)))
    name = f"{comparison.region.slug}-{wish.days}-days.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/regions/{slug}")
def show_region(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    now: Now,
    slug: str,
    days: int = 0,
    sort: str = "",
    dir: str = "",  # noqa: A002
    view: str = "",
    page: int = 1,
) -> Response:
    wish = Wish.read(days=days, sort=sort, direction=dir, view=view, page=page)
    comparison = service.compare_region(session, viewer, slug, days=wish.days, now=now)
    counsel = service.advise(session, comparison)
    return render(request, "insight/region.html", region_page(viewer, comparison, counsel, wish))


@router.get("/insight/measures")
def show_measures(request: Request, viewer: CurrentViewer) -> Response:
    return render(request, "insight/measures.html", measures_page(viewer))
