"""`localcare policy`, second half: versions of a policy from draft to live and back, their history, and what differs."""

import difflib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from localcare.cli.context import (
    ACTOR,
    AsJson,
    BrandSlug,
    BrandWork,
    load_settings,
    opened_database,
    print_json,
    read_text,
    work_for_brand,
)
from localcare.cli.trying import live_triager
from localcare.errors import ConflictError, InvalidError
from localcare.people.service import audit, get_colleague
from localcare.routing import ruling
from localcare.routing.asking import Question, find_destination
from localcare.routing.core.versions import name_of
from localcare.routing.core.wording import differences, promise_sentence, rule_sentence
from localcare.routing.ruling import By
from localcare.routing.schemas import read_policy

app = typer.Typer()

Number = Annotated[int, typer.Argument(min=1, help="A version's number.")]
WhoBy = Annotated[str | None, typer.Option("--by", help="E-mail of whoever does it; else “command line”.")]
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z"]
Why = Annotated[str, typer.Option("--why", help="Why, for the history.")]


@dataclass(frozen=True, slots=True)
class _Act:
    """A change of the policy by somebody."""

    work: BrandWork
    by: By

    @property
    def brand_id(self) -> int:
        return self.work.viewer.brand_id

    def audit(self, action: str, version: int) -> None:
        """Write it down."""
        audit(self.work.session, self.work.viewer, action, f"policy:{version}", self.work.now, by=self.by.name)


@contextmanager
def _acting(brand: str | None, email: str | None) -> Iterator[_Act]:
    with opened_database() as database, work_for_brand(database, brand) as work:
        person = get_colleague(work.session, work.viewer.brand_id, email) if email else None
        name = person.name if person else ACTOR
        yield _Act(work, By(name, work.now, person.id if person else None))


@app.command()
def show(
    *,
    version: Annotated[int | None, typer.Option(min=0, help="Another than the one in force; 0 is the shipped.")] = None,
    yaml: Annotated[bool, typer.Option("--yaml", help="The text as it was written.")] = False,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """The policy in force, in words."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        live = ruling.find_live(work.session, work.viewer.brand_id)
        number = version if version is not None else live.version if live else 0
        body = ruling.body_of(work.session, work.viewer.brand_id, number)
    policy = read_policy(body)
    rules = [rule_sentence(rule, policy) for rule in policy.rules]
    promises = [promise_sentence(queue, promise) for queue, promise in policy.promises.items()]
    if as_json:
        print_json({"version": number, "rules": rules, "promises": promises, "body": body})
    elif yaml:
        sys.stdout.write(body)
    else:
        typer.echo(f"{name_of(number)}:".capitalize())
        for place, sentence in enumerate(rules, 1):
            typer.echo(f"{place:3}. {sentence}")
        typer.echo("\n".join(promises))


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="The policy as YAML; - is standard input.")],
    *,
    why: Why = "",
    by: WhoBy = None,
    brand: BrandSlug = None,
) -> None:
    """Keep a policy as a new version; nothing changes until it is signed off and put in force."""
    body = read_text(file)
    with _acting(brand, by) as act:
        number = ruling.draft_policy(act.work.session, act.brand_id, body, act.by, why=why)
        act.audit("wrote a policy", number)
    typer.echo(f"Version {number} is kept as a draft.")


@app.command("sign-off")
def sign_off(version: Number, *, by: WhoBy = None, brand: BrandSlug = None) -> None:
    """Answer for a draft; with LOCALCARE_POLICY_SECOND_PERSON somebody else than who wrote it has to."""
    by_second = load_settings().policy_second_person
    if by_second and by is None:
        raise InvalidError("Say who signs it off: --by E-MAIL.")
    with _acting(brand, by) as act:
        ruling.sign_off(act.work.session, act.brand_id, version, act.by, by_second=by_second)
        act.audit("signed a policy off", version)
    typer.echo(f"Version {version} is signed off.")


@app.command()
def apply(
    what: Annotated[
        str, typer.Argument(help="A policy as YAML (- is standard input), or the number of a signed version.")
    ],
    *,
    why: Why = "",
    by: WhoBy = None,
    brand: BrandSlug = None,
) -> None:
    """Put a policy in force; workers take it up with their next batch. A faulty one is refused, the old one stays."""
    with _acting(brand, by) as act:
        number = int(what) if what.isdecimal() else _drafted_and_signed(act, read_text(Path(what)), why)
        ruling.put_in_force(act.work.session, act.brand_id, number, act.by, why=why)
        act.audit("put a policy in force", number)
    typer.echo(f"Version {number} is in force. Back: localcare policy rollback")


@app.command()
def schedule(
    version: Number,
    *,
    since: Annotated[
        datetime, typer.Option("--from", formats=_FORMATS, help="From when on; UTC unless it says otherwise.")
    ],
    until: Annotated[datetime | None, typer.Option(formats=_FORMATS, help="Then the one before it comes back.")] = None,
    by: WhoBy = None,
    brand: BrandSlug = None,
) -> None:
    """Put a signed version in force at a moment, for example for the week of a launch."""
    begins, ends = _aware(since), _aware(until) if until else None
    with _acting(brand, by) as act:
        ruling.schedule(act.work.session, act.brand_id, version, act.by, since=begins, until=ends)
        act.audit("scheduled a policy", version)
    typer.echo(f"Version {version} is in force from {begins:%Y-%m-%d %H:%M} UTC on.")


@app.command()
def withdraw(version: Number, *, by: WhoBy = None, brand: BrandSlug = None) -> None:
    """Drop a draft, a signed or a scheduled version."""
    with _acting(brand, by) as act:
        ruling.withdraw(act.work.session, act.brand_id, version, act.by)
        act.audit("withdrew a policy", version)
    typer.echo(f"Version {version} is withdrawn.")


@app.command()
def rollback(*, why: Why = "", by: WhoBy = None, brand: BrandSlug = None) -> None:
    """Put in force what was before the one that is, at once."""
    with _acting(brand, by) as act:
        number = ruling.roll_back(act.work.session, act.brand_id, act.by, why=why)
        act.audit("rolled the policy back", number)
    typer.echo(f"What was in force before is so again, as version {number}.")


@app.command()
def history(*, brand: BrandSlug = None, as_json: AsJson = False) -> None:
    """What became of every version: when, who, why; the newest first."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        lines = [
            {"version": each.version, "at": each.at, "what": each.kind, "who": each.actor, "why": each.why}
            for each in ruling.list_history(work.session, work.viewer.brand_id)
        ]
    if as_json:
        print_json({"history": lines})
        return
    for line in lines:
        typer.echo(
            f"{line['at']:%Y-%m-%d %H:%M}  {line['version']:3}  {line['what']:11} {line['who']}  {line['why']}".rstrip()
        )


@app.command()
def diff(
    before: Annotated[int, typer.Argument(min=0, help="A version; 0 is the shipped one.")],
    after: Annotated[int, typer.Argument(min=0)],
    *,
    text: Annotated[bool, typer.Option("--text", help="The lines that differ, instead of words.")] = False,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """What one version does otherwise than another, in words."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        old, new = (ruling.body_of(work.session, work.viewer.brand_id, number) for number in (before, after))
    said = differences(read_policy(old), read_policy(new))
    if as_json:
        print_json({"before": before, "after": after, "differences": said})
    elif text:
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name_of(before), name_of(after), lineterm="")
        typer.echo("\n".join(lines))
    else:
        typer.echo("\n".join(said) or "They do the same.")


@app.command("try")
def try_text(
    text: Annotated[str, typer.Argument(help="What a customer might write.")],
    *,
    store: Annotated[str, typer.Option(help="The number of the store it is about.")] = "",
    stars: Annotated[int, typer.Option(min=0, max=5, help="The stars given with it; 0 is none.")] = 0,
    file: Annotated[Path | None, typer.Option(help="Another policy than the one in force.")] = None,
    brand: BrandSlug = None,
    as_json: AsJson = False,
) -> None:
    """Where a text would go, and by which rule."""
    with opened_database() as database, work_for_brand(database, brand, dry_run=True) as work:
        live = ruling.find_live(work.session, work.viewer.brand_id)
        body = read_text(file) if file else live.body if live else ruling.body_of(work.session, work.viewer.brand_id, 0)
        policy, question = read_policy(body), Question(text, store, stars=stars)
        found = find_destination(work.session, work.viewer.brand_id, live_triager(work), question, policy, now=work.now)
    verdict = found.verdict
    if as_json:
        print_json({"queue": found.placement.queue, "rule": found.rule.name, "because": found.rule.because,
                    "topic": verdict.topic, "matter": verdict.matter, "tier": verdict.tier, "risks": verdict.risks,
                    "actionable": verdict.actionable})  # fmt: skip
        return
    typer.echo(f"{found.placement.queue}, by the rule “{found.rule.name}”: {found.rule.because}.")
    if not verdict.actionable:
        typer.echo("As triage reads it, it needs no answer: it would make no case by itself.")


def _drafted_and_signed(act: _Act, body: str, why: str) -> int:
    if load_settings().policy_second_person:
        raise ConflictError(
            "A policy is signed off by a second person here: localcare policy draft FILE, policy sign-off N, policy apply N."
        )
    number = ruling.draft_policy(act.work.session, act.brand_id, body, act.by, why=why)
    ruling.sign_off(act.work.session, act.brand_id, number, act.by, by_second=False)
    return number


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
