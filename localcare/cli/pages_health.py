"""`localcare pages health`: what is wrong with the brand's Facebook Pages, since when, and who mends it."""

from dataclasses import asdict, dataclass
from datetime import datetime

import typer

from localcare.channels.facebook.core.advice import advice_on
from localcare.channels.facebook.core.incidents import KINDS, IncidentKind
from localcare.channels.facebook.incidents import Cause, list_causes
from localcare.cli.context import ACTOR, AsJson, BrandSlug, opened_runtime, print_json
from localcare.kit.db import ALL_BRANDS
from localcare.stores.service import get_brand_id
from localcare.web.words import plural


@dataclass(frozen=True, slots=True)
class HealthLine:
    """Pages with one thing wrong, for one reason."""

    kind: IncidentKind
    pages: int
    everywhere: bool
    since: datetime
    detail: str
    example: str
    mender: str
    steps: tuple[str, ...]


def health(*, brand: BrandSlug = None, as_json: AsJson = False) -> None:
    """Tell what is wrong with Pages now, one line per cause; the exit code is 1 when something is."""
    with opened_runtime() as runtime:
        with runtime.db.session(ALL_BRANDS, viewer=ACTOR) as session:
            brand_id = get_brand_id(session, brand)
        with runtime.db.session(brand_id, viewer=ACTOR) as session:
            causes = list_causes(session, brand_id)
    lines = [_line(cause) for cause in sorted(causes, key=lambda cause: (KINDS.index(cause.kind), -cause.pages))]
    if as_json:
        print_json({"ok": not lines, "causes": [asdict(line) for line in lines]})
    elif not lines:
        typer.echo("Nothing is wrong with any Page.")
    for line in [] if as_json else lines:
        whose = "all Pages" if line.everywhere else plural(line.pages, "Page")
        such = "" if line.everywhere else f" (such as {line.example})"
        typer.echo(
            f"{advice_on(line.kind, everywhere=line.everywhere).name}: {whose}{such}, since {line.since:%Y-%m-%d %H:%M} UTC"
        )
        typer.echo(f"  {line.detail}")
        typer.echo(f"  {line.mender}: {' '.join(line.steps)}")
    if lines:
        raise typer.Exit(1)


def _line(cause: Cause) -> HealthLine:
    advice = advice_on(cause.kind, everywhere=cause.everywhere)
    return HealthLine(
        cause.kind, cause.pages, cause.everywhere, cause.since, cause.detail, cause.example, advice.mender, advice.steps
    )
