"""`localcare triage models|shadow|promote|retire|rollback|switch-off|switch-on`: which model judges, from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from localcare.cli.context import ACTOR, AsJson, BrandSlug, BrandWork, opened_database, print_json, work_for_brand
from localcare.people.service import audit
from localcare.triage import register, switching
from localcare.triage.core.life import SHIPPED
from localcare.triage.models import TriageModel
from localcare.triage.register import SHARE, Who, gate_of
from localcare.triage.shipped import shipped_version
from localcare.triage.switching import SOON, judges_in_words

app = typer.Typer()

Version = Annotated[str, typer.Argument(help="As `localcare triage models` lists it; its end, such as own3, will do.")]
_ME = Who(ACTOR)


@app.command("models")
def list_models(*, brand: BrandSlug = None, as_json: AsJson = False) -> None:
    """Every model, the newest first; the shipped one, last, is always there."""
    with _work(brand) as work:
        rows = [_row(model) for model in register.list_models(work.session, work.viewer.brand_id)]
        off = switching.find_off(work.session, work.viewer.brand_id)
    judges = not any(row["state"] == "live" for row in rows)
    rows.append({"version": shipped_version(), "state": "live" if judges else SHIPPED, "recipe": SHIPPED})
    if as_json:
        print_json({"models": rows, "off_since": off and off.since, "off_why": off and off.why})
        return
    if off:
        sys.stdout.write(
            f"switched off since {off.since:%Y-%m-%d %H:%M} UTC by {off.by}: {off.why}. Rules judge alone.\n"
        )
    for row in rows:
        sys.stdout.write(_line(row) + "\n")


@app.command()
def shadow(
    version: Version,
    *,
    share: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="Of what comes in, how much it judges along.")
    ] = SHARE,
    brand: BrandSlug = None,
) -> None:
    """Have a model judge along with the live one; nothing it says counts."""
    with _work(brand) as work:
        model = _get(work, version)
        assert model.id is not None  # noqa: S101
        register.start_shadow(work.session, work.viewer.brand_id, model.id, who=_ME, now=work.now, share=share)
        _audit(work, "put a model in the shadow", model.version)
        said = f"{model.version} judges {share:.0%} of what comes in along. /admin/models shows where it differs."
    sys.stdout.write(said + "\n")


@app.command()
def promote(
    version: Version,
    *,
    reason: Annotated[str, typer.Option(help="Why, for one that the gate held back; it stays on record.")] = "",
    brand: BrandSlug = None,
) -> None:
    """Let a model judge from now on; `shipped` is the one that came with the software."""
    with _work(brand) as work:
        if version == SHIPPED:
            register.promote_shipped(work.session, work.viewer.brand_id, who=_ME, now=work.now)
            name = shipped_version()
        else:
            model = _get(work, version)
            assert model.id is not None  # noqa: S101
            register.promote(work.session, work.viewer.brand_id, model.id, who=_ME, now=work.now, reason=reason)
            name = model.version
        _audit(work, "let a model judge", name)
        judges = judges_in_words(work.session, work.viewer.brand_id, "from now on")
    sys.stdout.write(f"{name} {judges}\n")


@app.command()
def retire(version: Version, *, brand: BrandSlug = None) -> None:
    """Put a model away; where it was live, the shipped one judges again."""
    with _work(brand) as work:
        model = _get(work, version)
        assert model.id is not None  # noqa: S101
        register.retire(work.session, work.viewer.brand_id, model.id, who=_ME, now=work.now)
        _audit(work, "retired a model", model.version)
        name = model.version
    sys.stdout.write(f"{name} is retired.\n")


@app.command()
def rollback(*, brand: BrandSlug = None, as_json: AsJson = False) -> None:
    """Back to the model that judged before, the shipped one if need be."""
    with _work(brand) as work:
        gone, back = register.roll_back(work.session, work.viewer.brand_id, who=_ME, now=work.now)
        _audit(work, "rolled a model back", gone)
        judges = judges_in_words(work.session, work.viewer.brand_id, "again")
    name = shipped_version() if back == SHIPPED else back
    if as_json:
        print_json({"retired": gone, "live": name})
    else:
        sys.stdout.write(f"{gone} is retired, {name} {judges}\n")


@app.command("switch-off")
def switch_off(
    *,
    reason: Annotated[str, typer.Option(help="Why; it stays on record, and the pages say it.")],
    brand: BrandSlug = None,
) -> None:
    """Let rules judge alone until the model is switched on again."""
    with _work(brand) as work:
        switching.switch_off(work.session, work.viewer.brand_id, who=_ME, now=work.now, why=reason)
        _audit(work, "switched the model off", "live")
    sys.stdout.write(f"The model is off: rules judge alone, and verdicts say rules-only. {SOON}\n")


@app.command("switch-on")
def switch_on(*, brand: BrandSlug = None) -> None:
    """Let the live model judge again."""
    with _work(brand) as work:
        switching.switch_on(work.session, work.viewer.brand_id, who=_ME, now=work.now)
        live = register.find_live(work.session, work.viewer.brand_id)
        name = live.version if live else shipped_version()
        _audit(work, "switched the model on", name)
    sys.stdout.write(f"{name} judges again. {SOON}\n")


@contextmanager
def _work(brand: str | None) -> Iterator[BrandWork]:
    with opened_database() as database, work_for_brand(database, brand) as work:
        yield work


def _get(work: BrandWork, version: str) -> TriageModel:
    return register.get_model(work.session, work.viewer.brand_id, version)


def _audit(work: BrandWork, what: str, version: str) -> None:
    audit(work.session, work.viewer, what, f"model:{version}", work.now)


def _row(model: TriageModel) -> dict[str, object]:
    gate = gate_of(model)
    return {
        "version": model.version,
        "state": model.state,
        "recipe": model.recipe,
        "labels": model.labels,
        "trained_at": model.trained_at,
        "trained_by": model.trained_by,
        "gate_passed": gate.passes,
        "gate": gate.model_dump(),
        "reason": model.override_reason,
        "trouble": model.trouble,
    }


def _line(row: dict[str, object]) -> str:
    if row["recipe"] == SHIPPED:
        return f"{row['version']:24} {row['state']:10} came with the software"
    gate = "passed the gate" if row["gate_passed"] else "held back by the gate"
    trouble = f"; cannot run: {row['trouble']}" if row["trouble"] else ""
    return f"{row['version']:24} {row['state']:10} {row['labels']:,} labels of our own, {gate}{trouble}"
