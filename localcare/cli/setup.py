"""What a production installation starts with: a brand, people, signed sources, tokens. Secrets are printed once."""

import re
from pathlib import Path
from typing import Annotated

import typer

from localcare.cli.context import (
    ACTOR,
    AsJson,
    BrandSlug,
    DryRun,
    opened_database,
    opened_runtime,
    print_json,
    read_text,
    work_for_brand,
)
from localcare.errors import InvalidError
from localcare.intake.sources import add_source as keep_source
from localcare.kit.clock import SystemClock
from localcare.kit.db import ALL_BRANDS
from localcare.people import roster, service
from localcare.people.core.links import API_SCOPES
from localcare.people.roster import PeopleReport, RosterChange
from localcare.web.words import plural

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_SHOWN = 20

brand = typer.Typer(no_args_is_help=True, help="Brands.")
people = typer.Typer(no_args_is_help=True, help="People and their roles.")
source = typer.Typer(no_args_is_help=True, help="Signed sources of mentions.")
token = typer.Typer(no_args_is_help=True, help="Tokens of the API.")


@brand.callback()
@people.callback()
@source.callback()
@token.callback()
def _group() -> None:
    """Keeps a single command a command of its group."""


@brand.command("add")
def add_brand(
    slug: Annotated[str, typer.Argument(help="Short name in lower case, such as pellora.")],
    name: Annotated[str | None, typer.Option(help="The name people see; the slug without it.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Add a brand."""
    if not _SLUG.fullmatch(slug):
        raise InvalidError(f"“{slug}” is no slug: use lower-case letters, digits and hyphens; --name takes the rest.")
    with opened_database() as database, database.session(ALL_BRANDS, viewer=ACTOR) as session:
        added = service.add_brand(session, slug, name or slug.title(), SystemClock().now())
        answer = {"id": added.id, "slug": added.slug, "name": added.name}
    _tell(answer, f"Added {added.name} ({slug}). Next: localcare stores import, people add.", as_json=as_json)


@brand.command("retention")
def keep_words(
    months: Annotated[int | None, typer.Option(min=1, help="Forget customers' words after so many months.")] = None,
    brand: BrandSlug = None,
    *,
    forever: Annotated[bool, typer.Option("--forever", help="Keep them until somebody asks to be forgotten.")] = False,
    as_json: AsJson = False,
) -> None:
    """How long customers' words and names are kept. Counts stay, and so do the words of open cases."""
    if (months is None) != forever:
        raise InvalidError("Say either --months N or --forever.")
    with opened_database() as database, work_for_brand(database, brand) as work:
        service.keep_words(work.session, work.viewer, months, now=work.now)
    words = f"Words are forgotten after {months} months." if months else "Words are kept until somebody asks."
    _tell({"retention_months": months}, words, as_json=as_json)


@people.command("add")
def add_person(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    role: Annotated[str, typer.Option(help="manager, deputy, lead, agent, supervisor, administrator or auditor.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    scope: Annotated[
        str, typer.Option(help="nation, a region's slug, or store numbers separated by spaces.")
    ] = "nation",
    skills: Annotated[str, typer.Option(help="An agent's skills, separated by spaces.")] = "",
    tier: Annotated[str, typer.Option(help="An agent's tier: 1, 2 or 3.")] = "",
    capacity: Annotated[str, typer.Option(help="How many cases at once.")] = "",
    since: Annotated[str, typer.Option("--from", help="First day, such as 2026-11-30.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    locale: Annotated[str, typer.Option(help="Language of their mail, such as en-US.")] = "",
    brand: BrandSlug = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Give a person one more role. They sign in with a link mailed to their address."""
    row = {"email": email, "name": name, "role": role, "scope": scope, "skills": skills, "tier": tier,
           "capacity": capacity, "from": since, "to": until, "locale": locale}  # fmt: skip
    with opened_database() as database, work_for_brand(database, brand) as work:
        change = roster.add_person(work.session, work.viewer, row, now=work.now)
    _tell(change, f"{email}: {_in_words(change)}.", as_json=as_json)


@people.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", allow_dash=True, help="- is standard input.")],
    brand: BrandSlug = None,
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in people, roles and scopes; names each row it refuses. For a person in the file, the file is the truth."""
    text = read_text(file)
    with opened_database() as database, work_for_brand(database, brand, dry_run=dry_run) as work:
        report = roster.import_people(work.session, work.viewer, text, now=work.now)
    if as_json:
        print_json({"rows": report.rows, "change": report.change, "refused": report.refused, "dry_run": dry_run})
    else:
        _show_report(report, dry_run=dry_run)
    if report.refused:
        raise typer.Exit(1)


@source.command("add")
def add_source(
    name: Annotated[str, typer.Argument(help="Part of its address: /webhooks/mentions/NAME.")],
    channel: Annotated[str, typer.Option(help="The channel its mentions are from.")] = "community",
    brand: BrandSlug = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Let a listening tool or aggregator send mentions; prints its secret, once."""
    with opened_runtime() as runtime, work_for_brand(runtime.db, brand) as work:
        secret = keep_source(
            work.session, work.viewer.brand_id, name, channel=channel, cipher=runtime.cipher, now=work.now
        )
        service.audit(work.session, work.viewer, "added a source", f"source:{name}", work.now, channel=channel)
    url = f"{runtime.settings.base_url.rstrip('/')}/webhooks/mentions/{name}"
    words = f"Send to    {url}\nSign with  {secret}\nThe secret is not shown again."
    _tell({"name": name, "url": url, "secret": secret}, words, as_json=as_json)


@token.command("create")
def create_token(
    scope: Annotated[list[str], typer.Option(help=f"What it may do, repeatable: {', '.join(API_SCOPES)}.")],
    name: Annotated[str, typer.Option(help="Who uses it.")] = "API",
    brand: BrandSlug = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Create a token of the API; prints it, once."""
    scopes = [word for given in scope for word in given.replace(",", " ").split()]
    with opened_database() as database, work_for_brand(database, brand) as work:
        secret = service.create_api_token(work.session, work.viewer, name, scopes, work.now)
    _tell(
        {"name": name, "scopes": scopes, "token": secret}, f"{secret}\nThe token is not shown again.", as_json=as_json
    )


def _tell(answer: object, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        typer.echo(words)


def _show_report(report: PeopleReport, *, dry_run: bool) -> None:
    would = "Dry run, nothing was kept: " if dry_run else ""
    refused = plural(len(report.refused), "row")
    typer.echo(f"{would}{plural(report.rows, 'row')}: {_in_words(report.change)}; {refused} refused.")
    for row in report.refused[:_SHOWN]:
        typer.echo(f"  line {row.line}, {row.column}: “{row.value[:60]}” {row.reason}")
    if len(report.refused) > _SHOWN:
        typer.echo(f"  … and {len(report.refused) - _SHOWN:,} more; --json has all of them.")


def _in_words(change: RosterChange) -> str:
    counts = (
        (change.persons_added, "person", "added"),
        (change.persons_changed, "person", "changed"),
        (change.roles_added, "role", "added"),
        (change.roles_changed, "role", "changed"),
        (change.roles_ended, "role", "ended"),
    )
    return ", ".join(f"{plural(count, what)} {done}" for count, what, done in counts if count) or "nothing to change"
