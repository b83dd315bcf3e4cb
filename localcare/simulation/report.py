"""The report: one HTML file with its plots and styles inside, to be sent around."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from localcare.simulation.core.month import Month
from localcare.simulation.pages import ReportPage, month_view
from localcare.web.static import static_files
from localcare.web.templating import Frame, framed, templates


def write_report(month: Month) -> str:
    """A month as one HTML document that needs neither network nor script."""
    files = static_files()
    styles = "\n".join(files.get(f"css/{name}.css").body.decode() for name in ("app", "staffing"))
    page = ReportPage(title="Staffing", month=month_view(month), styles=styles)
    with framed(Frame(datetime(2000, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), "")):
        return templates().get_template("simulation/report.html").render(page=page)
