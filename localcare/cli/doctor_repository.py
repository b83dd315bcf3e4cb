"""What doctor asks the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from localcare.errors import CareError
from localcare.kit.db import ALL_BRANDS, Database
from localcare.stores.core.geocode_terms import GeocoderChoice
from localcare.stores.geocoding import LineReport, report_line
from localcare.triage import register, switching
from localcare.triage.model_files import ModelHome


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """The server and the role we connect as; `version` is 180006 for 18.6."""

    version: int
    role: str
    passes_walls: bool
    is_durable: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The network's Pages: how many have a token at all, how many tokens work, one that does not."""

    pages: int
    without_token: int
    broken: int
    example: str


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """Open incidents of Pages by kind, and when any Page was last looked at."""

    by_kind: dict[str, int]
    looked_at: datetime | None
    pages: int


def read_server(database: Database) -> ServerFacts:
    """Facts of the server; raises what the driver raises when it does not answer."""
    with database.session(ALL_BRANDS, viewer="doctor") as session:
        row = session.execute(
            text(
                "select current_setting('server_version_num')::integer as version, rolname as role,"
                " rolsuper or rolbypassrls as passes_walls, clock_timestamp() as now,"
                " current_setting('fsync') = 'on' and current_setting('synchronous_commit') <> 'off' as is_durable"
                " from pg_roles where rolname = current_user"
            )
        ).one()
    return ServerFacts(row.version, row.role, row.passes_walls, row.is_durable, row.now)


def read_pages(database: Database) -> PageFacts:
    """Facts of the Pages that are linked now."""
    with database.session(ALL_BRANDS, viewer="doctor") as session:
        row = session.execute(
            text(
                "select count(*) as pages, count(*) filter (where a.page_id is null) as without_token,"
                " count(*) filter (where a.health in ('token', 'permission')) as broken,"
                " coalesce(min(p.name || ': ' || a.health_detail) filter (where a.health in ('token', 'permission')), '')"
                "  as example"
                " from store_page p left join page_access a on a.page_id = p.page_id"
                " where p.valid_to is null and p.channel = 'facebook'"
            )
        ).one()
    return PageFacts(row.pages, row.without_token, row.broken, row.example)


def read_incidents(database: Database) -> IncidentFacts:
    """Facts of what is wrong with Pages now, of all brands."""
    with database.session(ALL_BRANDS, viewer="doctor") as session:
        rows = session.execute(
            text("select kind, count(*) as pages from page_incident where ended_at is null group by 1 order by 1")
        )
        open_ = {row.kind: row.pages for row in rows}
        looked = session.execute(text("select max(checked_at) as at, count(*) as pages from page_access")).one()
    return IncidentFacts(open_, looked.at, looked.pages)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Models of brands' own that judge or judge along, and why any of them cannot be run."""

    version: str
    state: str
    trouble: str | None


def read_models(database: Database, home: ModelHome) -> list[ModelFacts]:
    """Every model that is live or in the shadow, tried on this host too."""
    found = []
    with database.session(ALL_BRANDS, viewer="doctor") as session:
        for model in register.list_at_work(session):
            trouble = model.trouble
            try:
                home.load(session, model)
            except CareError as error:
                trouble = error.message
            found.append(ModelFacts(model.version, model.state, trouble))
    return found


def count_models_off(database: Database) -> int:
    """How many brands have their model switched off."""
    with database.session(ALL_BRANDS, viewer="doctor") as session:
        return switching.count_off(session)


def read_geocoder(database: Database, choice: GeocoderChoice) -> LineReport:
    """How things stand with the geocoder that was chosen."""
    with database.session(ALL_BRANDS, viewer="doctor") as session:
        return report_line(session, choice)
