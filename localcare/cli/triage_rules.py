"""`localcare triage rules`: the care team's rules from the command line: list, test, import, export, dry-run."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from localcare.cli.context import (
    ACTOR,
    AsJson,
    BrandSlug,
    DryRun,
    opened_database,
    print_json,
    read_text,
    work_for_brand,
)
from localcare.cli.trying import live_triager
from localcare.errors import InvalidError
from localcare.inbox.admin.rules.queues import queues_by_policy
from localcare.kit.clock import SystemClock
from localcare.triage import ruling
from localcare.triage.core import Item
from localcare.triage.core.rule_words import outcome_in_words, when_in_words
from localcare.triage.rule_files import WRITERS, FileKind, read_rules
from localcare.triage.rule_shelf import rule_day
from localcare.triage.rule_trial import (
    Change,
    ask_dry_run,
    change_of,
    find_dry_run,
    trial_rules,
    try_text,
    work_dry_run,
)
from localcare.triage.rule_trial import DryRun as RuleDryRun
from localcare.triage.ruling import KeptRule
from localcare.triage.shipped import load_taxonomy

rules = typer.Typer(help="The care team's rules: list, test, import, export, dry-run.", no_args_is_help=True)
app = typer.Typer()
app.add_typer(rules, name="rules")


@app.callback()
def _group() -> None:
    """Keeps `rules` a group of its own."""


Kind = Annotated[Literal["yaml", "csv"] | None, typer.Option("--format", help="Else by the file's ending.")]


@rules.command("list")
def list_rules(
    *,
    brand: BrandSlug = None,
    every: Annotated[bool, typer.Option("--all", help="The shipped ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rules with their state, one a line."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        day = rule_day(work.now)
        found = [
            each for each in ruling.list_rules(work.session, work.viewer.brand_id) if every or each.kept != "shipped"
        ]
        rows = [(each.key, each.state_on(day), each.draft is not None, each.entry.because) for each in found]
    if as_json:
        print_json(
            {"rules": [{"id": key, "state": state, "draft": draft, "because": why} for key, state, draft, why in rows]}
        )
        return
    if not rows:
        sys.stdout.write("No rule of your own yet; the shipped ones are at work, --all lists them.\n")
    for key, state, draft, why in rows:
        beside = " +draft" if draft and state != "draft" else ""
        sys.stdout.write(f"{key:40} {state + beside:16} {why}\n")


@rules.command("test")
def try_on_text(
    text: Annotated[str, typer.Argument(help="What a customer might write.")],
    *,
    brand: BrandSlug = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="As if every draft were in force.")] = False,
    as_json: AsJson = False,
) -> None:
    """Which rules fire on a text, and what comes of it."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        session, brand_id = work.session, work.viewer.brand_id
        changes = _changes(ruling.list_rules(session, brand_id)) if drafts else []
        triagers = trial_rules(session, brand_id, live_triager(work), changes, now=work.now)
        trial = try_text(triagers, Item(id="", text=text))
    after = trial.after
    facts = {
        "actionable": after.actionable,
        "topic": after.topic,
        "tier": after.tier,
        "urgency": after.urgency,
        "risks": list(after.risks),
    }
    if as_json:
        fired = [{"id": each.rule.id, "words": list(each.words)} for each in trial.fired]
        print_json({"fired": fired, **facts, "reasons": [reason.detail for reason in after.reasons]})
        return
    for each in trial.fired:
        sys.stdout.write(f"{each.rule.id:40} {each.rule.because} ({each.quoted})\n")
    sys.stdout.write("; ".join(f"{name} {value}" for name, value in facts.items()) + "\n")


@rules.command("import")
def import_rules(
    file: Annotated[Path, typer.Argument(help="YAML or CSV; - is standard input.")],
    *,
    brand: BrandSlug = None,
    live: Annotated[bool, typer.Option("--live", help="Put them in force at once, not as drafts.")] = False,
    kind: Kind = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring rules in; those the file does not name stay. Fails when one was left out."""
    reading = read_rules(read_text(file), kind or _kind_of(file))
    with opened_database() as database, work_for_brand(database, brand, dry_run=dry_run) as work:
        done = ruling.bring(work.session, work.viewer.brand_id, reading, by=ACTOR, now=work.now, in_force=live)
    if as_json:
        print_json(done)
    else:
        for refused in done.refused:
            sys.stdout.write(f"left out {refused.which}: {refused.why}\n")
        kept = f"{len(done.new):,} new, {len(done.changed):,} changed, {len(done.unchanged):,} as before"
        ending = "; nothing was kept" if dry_run else ""
        sys.stdout.write(f"{kept}, {len(done.refused):,} left out{ending}\n")
    raise typer.Exit(1 if done.refused else 0)


@rules.command("export")
def export_rules(
    *,
    brand: BrandSlug = None,
    kind: Annotated[Literal["yaml", "csv"], typer.Option("--format", help="How they are written.")] = "yaml",
    every: Annotated[bool, typer.Option("--all", help="The shipped ones too.")] = False,
) -> None:
    """Rules to standard output."""
    with opened_database() as database, work_for_brand(database, brand) as work:
        found = [
            each.entry
            for each in ruling.list_rules(work.session, work.viewer.brand_id)
            if every or each.kept != "shipped"
        ]
    sys.stdout.write(WRITERS[kind](found))


@rules.command("dry-run")
def run_dry(
    keys: Annotated[list[str] | None, typer.Argument(help="Rules with a draft; none is every draft.")] = None,
    *,
    brand: BrandSlug = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How far back.")] = 30,
    as_json: AsJson = False,
) -> None:
    """What drafts would have made of the last days' mentions. Nothing is changed."""
    with opened_database() as database:
        with work_for_brand(database, brand) as work:
            session, brand_id = work.session, work.viewer.brand_id
            chosen = [ruling.get_rule(session, brand_id, key) for key in keys or []]
            changes = [change_of(rule) for rule in chosen] if chosen else _changes(ruling.list_rules(session, brand_id))
            name = chosen[0].key if len(chosen) == 1 else "*"
            for change in changes:
                if change.after and not as_json:
                    rule = ruling.as_written(change.after)
                    sys.stdout.write(f"{change.key}: {when_in_words(rule)} {outcome_in_words(rule, load_taxonomy())}\n")
            run_id = ask_dry_run(session, brand_id, name, changes, by=ACTOR, now=work.now, days=days, by_worker=False)
            triager = live_triager(work)
        began = time.perf_counter()
        work_dry_run(database, SystemClock(), triager, brand_id, run_id, route=queues_by_policy)
        with work_for_brand(database, brand) as work:
            run = find_dry_run(work.session, brand_id, name)
    assert run is not None  # noqa: S101 (it was just worked)
    _tell(run, seconds=time.perf_counter() - began, as_json=as_json)


def _tell(run: RuleDryRun, *, seconds: float, as_json: bool) -> None:
    report = run.report
    if as_json:
        facts = {"fired": report.fired, "changed": report.changed, "effects": report.effects, "moves": report.moves}
        print_json({"read": run.read, **facts})
        return
    counts = f"fires on {report.fired:,}, changes {report.changed:,}"
    sys.stdout.write(f"read {run.read:,} mentions in {seconds:.1f} s: {counts}\n")
    for what, old, new, count in report.moves:
        sys.stdout.write(f"{count:8,}  {what} {old or 'none'} -> {new or 'none'}\n")


def _changes(found: Sequence[KeptRule]) -> list[Change]:
    return [change_of(rule) for rule in found if rule.draft]


def _kind_of(file: Path) -> FileKind:
    if file.suffix.lower() == ".csv":
        return "csv"
    if file.suffix.lower() in (".yaml", ".yml") or str(file) == "-":
        return "yaml"
    raise InvalidError("Say with --format whether it is yaml or csv.")
