"""`localcare doctor`: one line per check, and what to do about each failure."""

import shutil
import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import typer

from localcare.cli.context import AsJson, load_settings, print_json, require_answer
from localcare.cli.doctor_repository import (
    count_models_off,
    read_geocoder,
    read_incidents,
    read_models,
    read_pages,
    read_server,
)
from localcare.errors import CareError, UnavailableError
from localcare.kit.db import Database
from localcare.kit.mail import SmtpTransport
from localcare.kit.opening import open_database, require_safe, require_secret
from localcare.kit.schema import current_revision, head_revision
from localcare.settings import Settings
from localcare.stores.geocoding import chosen_geocoder
from localcare.stores.tasks import open_geocoder
from localcare.triage.model_files import ModelHome
from localcare.triage.shipped import shipped_version
from localcare.web.words import plural

LOWEST_VERSION = 150_000
LARGEST_DRIFT_SECONDS = 5
LEAST_FREE_BYTES = 2 << 30
UNWATCHED_AFTER = timedelta(days=2)
_TIMEOUT_SECONDS = 5


class CheckFailedError(CareError):
    """What is wrong, and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `remedy` is empty when all is well."""

    check: str
    ok: bool
    detail: str
    remedy: str = ""


def doctor(*, as_json: AsJson = False) -> None:
    """Check database, migrations, settings, mail, Graph access, tokens, webhooks, clock and disk."""
    with ExitStack() as stack:
        findings = list(examine(load_settings(), stack))
    if as_json:
        print_json({"ok": all(finding.ok for finding in findings), "checks": findings})
    else:
        for finding in findings:
            _show(finding)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def examine(settings: Settings, stack: ExitStack) -> Iterator[Finding]:
    """Every check in turn; those that ask the database are left out when it does not answer."""
    opened: list[Database] = []
    yield _run("database", partial(_check_database, settings, stack, opened))
    for database in opened:
        yield _run("migrations", partial(_check_migrations, database))
        yield _run("clock", partial(_check_clock, database))
        if current_revision(database) == head_revision():
            yield _run("page tokens", partial(_check_pages, database))
            yield _run("page health", partial(_check_health, database))
            yield _run("triage model", partial(_check_models, settings, database))
    yield _run("settings", partial(_check_settings, settings))
    yield _run("webhooks", partial(_check_webhooks, settings))
    yield _run("mail", partial(_check_mail, settings))
    yield _run("graph", partial(_check_graph, settings))
    yield _run("geocoder", partial(_check_geocoder, settings, opened))
    yield _run("disk", partial(_check_disk, settings.data_dir))


def _run(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, ok=True, detail=check())
    except CheckFailedError as failure:
        return Finding(name, ok=False, detail=failure.message, remedy=failure.remedy)
    except CareError as error:
        return Finding(name, ok=False, detail=error.message)
    except Exception as error:  # noqa: BLE001 (a check that breaks has failed, and the others still run)
        return Finding(name, ok=False, detail=f"{type(error).__name__}: {error}".splitlines()[0])


def _check_database(settings: Settings, stack: ExitStack, opened: list[Database]) -> str:
    database = stack.enter_context(open_database(settings, application="localcare doctor", pool_size=2))
    require_answer(database)
    opened.append(database)
    facts = read_server(database)
    release = f"PostgreSQL {facts.version // 10_000}.{facts.version % 10_000}"
    if facts.version < LOWEST_VERSION:
        raise CheckFailedError(f"{release} is too old", "Use PostgreSQL 15 or later, or unset LOCALCARE_DATABASE_URL.")
    if facts.passes_walls:
        raise CheckFailedError(
            f"the role {facts.role} may pass row-level security, so brands are not walled off",
            f"ALTER ROLE {facts.role} NOSUPERUSER NOBYPASSRLS, or connect as another role.",
        )
    if not facts.is_durable:
        raise CheckFailedError(
            "fsync or synchronous_commit is off: an accepted event can be lost", "Switch both on in postgresql.conf."
        )
    return f"{release}, as {facts.role}, {'given' if settings.database_url else 'embedded'}"


def _check_migrations(database: Database) -> str:
    current, head = current_revision(database), head_revision()
    if current != head:
        raise CheckFailedError(f"at {current or 'nothing'}, this version needs {head}", "Run localcare migrate.")
    return f"at {head}"


def _check_clock(database: Database) -> str:
    drift = abs((read_server(database).now - datetime.now(UTC)).total_seconds())
    if drift > LARGEST_DRIFT_SECONDS:
        raise CheckFailedError(
            f"this machine and the database differ by {drift:.0f} s", "Synchronise both with NTP (chrony, timesyncd)."
        )
    return f"{drift:.1f} s from the database"


def _check_pages(database: Database) -> str:
    facts = read_pages(database)
    if facts.broken:
        raise CheckFailedError(
            f"{facts.broken:,} of {facts.pages:,} Pages refuse us, such as {facts.example}",
            "Have somebody who manages the Page connect it again.",
        )
    if facts.without_token:
        raise CheckFailedError(
            f"{facts.without_token:,} of {facts.pages:,} Pages have no token",
            "Until they are connected, answers to them wait; see docs/operations.md.",
        )
    return f"{facts.pages:,} Pages, each with a token"


def _check_health(database: Database) -> str:
    facts = read_incidents(database)
    if facts.by_kind:
        told = ", ".join(f"{kind} {pages:,}" for kind, pages in facts.by_kind.items())
        raise CheckFailedError(f"open incidents: {told}", "localcare pages health says who mends what, and how.")
    if facts.pages and (facts.looked_at is None or datetime.now(UTC) - facts.looked_at > UNWATCHED_AFTER):
        raise CheckFailedError("no Page was looked at for two days", "See that localcare worker runs.")
    return f"nothing is wrong with {facts.pages:,} Pages"


def _check_models(settings: Settings, database: Database) -> str:
    facts = read_models(database, ModelHome.within(settings.data_dir))
    broken = [f"{each.version} ({each.state}): {each.trouble}" for each in facts if each.trouble]
    if broken:
        raise CheckFailedError(
            f"cannot be run, the shipped model stands in: {'; '.join(broken)}",
            "localcare triage rollback, or localcare triage train.",
        )
    at_work = ", ".join(f"{each.version} {each.state}" for each in facts)
    shipped = f"the shipped one, {shipped_version()}"
    off = count_models_off(database)
    told = f"; switched off for {plural(off, 'brand')}: rules judge alone there" if off else ""
    return (f"{at_work}; {shipped}, stands by" if at_work else shipped) + told


def _check_settings(settings: Settings) -> str:
    require_secret(settings)
    require_safe(settings)
    return f"secret key set, reached at {settings.base_url}"


def _check_webhooks(settings: Settings) -> str:
    missing = [
        name
        for name, value in (
            ("FACEBOOK_APP_SECRET", settings.facebook_app_secret),
            ("FACEBOOK_VERIFY_TOKEN", settings.facebook_verify_token),
        )
        if value is None
    ]
    if missing:
        names = " and ".join(f"LOCALCARE_{name}" for name in missing)
        raise CheckFailedError("deliveries from Facebook are refused", f"Set {names} as in the Meta app.")
    return f"subscribe {settings.base_url.rstrip('/')}/webhooks/facebook"


def _check_mail(settings: Settings) -> str:
    if settings.smtp_url is None:
        raise CheckFailedError("no mail can be sent, so nobody can sign in", "Set LOCALCARE_SMTP_URL.")
    try:
        SmtpTransport(settings.smtp_url.get_secret_value(), settings.mail_from).send_many([])
    except (UnavailableError, smtplib.SMTPException) as error:
        raise CheckFailedError(f"the mail server does not take us: {error}", "Check LOCALCARE_SMTP_URL.") from error
    return f"the server greets us; mail comes from {settings.mail_from}"


def _check_graph(settings: Settings) -> str:
    url = f"{settings.graph_url.rstrip('/')}/{settings.graph_version}/"
    try:
        status = httpx.get(url, timeout=_TIMEOUT_SECONDS).status_code
    except httpx.HTTPError as error:
        raise CheckFailedError(
            f"{settings.graph_url} does not answer: {error or type(error).__name__}",
            "Allow outgoing https to it, or check LOCALCARE_GRAPH_URL.",
        ) from error
    return f"{settings.graph_url} answers ({status})"


def _check_geocoder(settings: Settings, opened: list[Database]) -> str:
    """No question is asked for a look: each may cost something."""
    choice = chosen_geocoder(settings)
    if choice is None:
        return "off, which is fine: no address leaves the house (LOCALCARE_GEOCODER switches one on)"
    open_geocoder(settings, choice)
    ready = [database for database in opened if current_revision(database) == head_revision()]
    if not ready:
        return f"{choice.provider}, no question yet"
    line = read_geocoder(ready[0], choice)
    if line.state == "resting" and line.until:
        raise CheckFailedError(
            f"{line.provider} is left in peace until {line.until:%H:%M} UTC after: {line.trouble}",
            f"{line.waiting:,} questions wait meanwhile. Check LOCALCARE_GEOCODER_KEY, _URL and the provider's quota.",
        )
    return f"{line.provider}: {line.state}, {line.asked_today:,} questions today, {line.waiting:,} wait"


def _check_disk(data_dir: Path) -> str:
    there = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        raise CheckFailedError(f"{free / 2**30:.1f} GiB left at {there}", "Make room, or move LOCALCARE_DATA_DIR.")
    return f"{free / 2**30:.0f} GiB left at {there}"


def _show(finding: Finding) -> None:
    mark = typer.style("ok  ", fg="green") if finding.ok else typer.style("FAIL", fg="red", bold=True)
    remedy = f". {finding.remedy}" if finding.remedy else ""
    typer.echo(f"{mark} {finding.check:<12} {finding.detail.rstrip('.')}{remedy}")
