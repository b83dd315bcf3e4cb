"""Files: bring one, see what it would do, do it, read what it did."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.inbox.admin import imports
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import ImportPage, ImportsPage, frame, report_stats
from localcare.people.dependencies import CurrentSession, Now
from localcare.stores.importing import OtherNumbers
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash
from localcare.web.words import plural

router = APIRouter()


@router.get("/imports")
def show_imports(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    page = _imports_page(session, viewer)
    return render(request, "admin/imports.html", page)


@router.post("/imports")
def bring_file(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    kind: Annotated[str, Form(max_length=20)],
    file: Annotated[UploadFile, File()],
    channel: Annotated[str, Form(max_length=20)] = "csv",
) -> Response:
    name, body = file.filename or "", file.file.read()
    try:
        event_id = imports.take_file(session, viewer, kind=kind, channel=channel, name=name, body=body, now=now)
    except InvalidError as error:
        return render(request, "admin/imports.html", _imports_page(session, viewer, error.message), status=422)
    return see_other(request, f"/admin/imports/{event_id}?look=yes")


@router.get("/imports/stores/{import_id}.csv")
def download_report(viewer: AdminReader, session: CurrentSession, import_id: int) -> Response:
    """What became of each row of a file of stores."""
    return _as_file(*imports.directory_report(session, viewer, import_id))


@router.post("/imports/stores/{import_id}/undoing")
def undo_import(request: Request, viewer: Administrator, session: CurrentSession, now: Now, import_id: int) -> Response:
    try:
        words = imports.take_import_back(session, viewer, import_id, now=now)
    except ConflictError as error:
        return see_other(request, "/admin/imports", Flash(error.message, "warn"))
    return see_other(request, "/admin/imports", Flash(words, "good"))


@router.get("/imports/{event_id}")
def show_import(
    request: Request, viewer: AdminReader, session: CurrentSession, now: Now, event_id: int, look: str = ""
) -> Response:
    """What a file did; what it would do now when it was not imported yet or `look` asks for it."""
    file = imports.get_file(session, viewer, event_id)
    kept = imports.find_report(session, viewer, event_id)
    if file is not None and (look or kept is None):
        report, title = imports.preview(session, viewer, file, now=now), f"What {file.name} would do"
        kept = None
    elif kept is not None:
        report, title = kept.report, f"What {kept.report.file} did"
    else:
        raise NotFoundError("There is no such import.")
    page = ImportPage(
        title=title,
        event_id=event_id,
        report=report,
        kept=kept,
        has_file=file is not None,
        stats=report_stats(report),
        **frame(viewer, "/admin/imports"),
    )
    return render(request, "admin/import.html", page)


@router.get("/imports/{event_id}/left-out.csv")
def download_refused(viewer: AdminReader, session: CurrentSession, now: Now, event_id: int) -> Response:
    """The rows that are left out, to be corrected and brought again."""
    return _as_file(*imports.give_refused(session, viewer, event_id, now=now))


def _as_file(name: str, text: str) -> Response:
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/imports/{event_id}/runs")
def run_import(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    event_id: int,
    close_missing: Annotated[str, Form(max_length=10)] = "",
    other_numbers: Annotated[OtherNumbers, Form()] = "ask",
) -> Response:
    report = imports.do_import(
        session, viewer, event_id, close_missing=bool(close_missing), other_numbers=other_numbers, now=now
    )
    words = f"{report.file} is imported" + (f", {plural(report.refused, 'row')} left out." if report.refused else ".")
    return see_other(request, f"/admin/imports/{event_id}", Flash(words, "warn" if report.refused else "good"))


def _imports_page(session: CurrentSession, viewer: AdminReader, error: str = "") -> ImportsPage:
    return ImportsPage(
        title="Imports",
        reports=imports.list_reports(session, viewer),
        directory=imports.list_directory_imports(session, viewer),
        error=error,
        **frame(viewer, "/admin/imports"),
    )
