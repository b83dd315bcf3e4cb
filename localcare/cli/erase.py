"""`localcare erase`: forget a customer by name, link or id, or a colleague who has left."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from localcare.cli.context import AsJson, BrandSlug, DryRun, opened_database, print_json, work_for_brand
from localcare.errors import InvalidError
from localcare.people.administration import erase_colleague
from localcare.privacy import service
from localcare.privacy.core import Wish
from localcare.privacy.service import FoundMention
from localcare.web.words import plural


def erase(
    author: Annotated[str, typer.Option(help="The customer's name, exactly as it stands on the Page.")] = "",
    link: Annotated[str, typer.Option(help="A link to something the customer wrote.")] = "",
    id_: Annotated[str, typer.Option("--id", help="The customer's id, or that of something they wrote.")] = "",
    person: Annotated[str, typer.Option(help="The e-mail of a colleague who has left, instead of a customer.")] = "",
    brand: BrandSlug = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Forget without asking; for scripts.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """The right to be forgotten: words and names go, what is counted stays. It cannot be taken back."""
    if person:
        _erase_colleague(person, brand, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    wish = Wish(author, link, id_)
    with opened_database() as database, work_for_brand(database, brand, dry_run=dry_run) as work:
        found = service.find_mentions(work.session, work.viewer, wish)
        if found and not as_json:
            _show(found)
        if not found or dry_run:
            _tell(0, len(found), "", as_json=as_json)
            return
        _ask(f"Forget {plural(len(found), 'mention')}?", yes=yes)
        ids = [mention.id for mention in found]
        code = service.forget_mentions(work.session, work.viewer, wish, ids, now=work.now).code
    _tell(len(found), len(found), code, as_json=as_json)


def _erase_colleague(email: str, brand: str | None, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    _ask(f"Forget {email}?", yes=yes or dry_run)
    with opened_database() as database, work_for_brand(database, brand, dry_run=dry_run) as work:
        erase_colleague(work.session, work.viewer, email, now=work.now)
    if as_json:
        print_json({"person": email, "dry_run": dry_run})
    else:
        typer.echo(f"{email} {'would be' if dry_run else 'is'} forgotten: no name, no address, no role, no session.")


def _ask(question: str, *, yes: bool) -> None:
    if not yes and not typer.confirm(f"{question} It cannot be taken back."):
        raise InvalidError("Nothing was forgotten.")


def _show(found: list[FoundMention]) -> None:
    table = Table("Written", "Author", "Where", "Words")
    for mention in found:
        table.add_row(
            f"{mention.created_at:%Y-%m-%d}", mention.author_name or "", mention.where_told or "", mention.excerpt
        )
    Console().print(table)


def _tell(forgotten: int, found: int, code: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"found": found, "forgotten": forgotten, "code": code or None})
    elif forgotten:
        typer.echo(f"{plural(forgotten, 'mention')} forgotten. The customer can look it up at /deletion/{code}")
    else:
        typer.echo(f"{plural(found, 'mention')} found; nothing was forgotten.")
