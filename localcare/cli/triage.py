"""`localcare triage`: a verdict with reasons, for a text or a file of mentions; training and measuring the model."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal, TextIO, cast

import orjson
import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from localcare.channels.capabilities import KINDS
from localcare.errors import InvalidError
from localcare.settings import get_settings
from localcare.triage.core import Triager
from localcare.triage.core.rule_faults import CHANNELS
from localcare.triage.encoder import load_encoder
from localcare.triage.schemas import TriageInput, TriageOutput, UnreadLine
from localcare.triage.shipped import Profile, load_triager

_BATCH = 256
_JUDGE = "judge"
_ELSEWHERE = {
    "train": "localcare.cli.triage_training",
    "evaluate": "localcare.cli.triage_training",
    "rules": "localcare.cli.triage_rules",
    "models": "localcare.cli.triage_models",
    "shadow": "localcare.cli.triage_models",
    "promote": "localcare.cli.triage_models",
    "retire": "localcare.cli.triage_models",
    "rollback": "localcare.cli.triage_models",
    "switch-off": "localcare.cli.triage_models",
    "switch-on": "localcare.cli.triage_models",
}
"""Commands that need the trainer's library or a database, which a text does not."""


class _TextOrCommand(TyperGroup):
    """`triage train` is a command, `triage "they were rude"` a text; what commands need loads with them alone."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Anything that names no command goes to `judge`."""
        if args and args[0] not in self.list_commands(ctx) and args[0] not in ctx.help_option_names:
            args = [_JUDGE, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The commands here, and those elsewhere."""
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:  # type: ignore[override]
        """A command by name."""
        if cmd_name not in _ELSEWHERE:
            return cast(TyperCommand | None, super().get_command(ctx, cmd_name))
        group = typer.main.get_group(import_module(_ELSEWHERE[cmd_name]).app)
        return cast(TyperCommand | None, group.get_command(ctx, cmd_name))


app = typer.Typer(
    cls=_TextOrCommand,
    help="Does it need an answer, what about, how hard, how urgent? Give a TEXT, or --file F.jsonl.",
    no_args_is_help=True,
)


@app.callback()
def _group() -> None:
    """Keeps `judge` a command of a group even while it is the only one here."""


@app.command(_JUDGE)
def judge(
    *,
    text: Annotated[str | None, typer.Argument(help="What the customer wrote.")] = None,
    file: Annotated[str | None, typer.Option(help="Mentions, one JSON object a line; - is standard input.")] = None,
    rating: Annotated[int | None, typer.Option(min=1, max=5, help="Stars given with it.")] = None,
    recommends: Annotated[
        bool | None, typer.Option("--recommends/--does-not-recommend", help="Facebook's flag.")
    ] = None,
    page_kind: Annotated[Literal["store", "brand"], typer.Option(help="Whose Page it stands on.")] = "brand",
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Leave the model out.")] = False,
    profile: Annotated[Profile, typer.Option(help="careful reads doubtful texts with an encoder too.")] = "fast",
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Judge a text, or every line of a file in order. The command's own name may be left out."""
    encoder = load_encoder(get_settings().encoder) if profile == "careful" else None
    triager = load_triager(use_model=not rules_only, profile=profile, encoder=encoder)
    if file is not None:
        with _opened(file) as lines:
            unread = judge_lines(triager, lines, sys.stdout, notes=sys.stderr)
        raise typer.Exit(1 if unread else 0)
    asked = TriageInput(text=text, rating=rating, recommends=recommends, page_kind=page_kind)
    verdict = TriageOutput.of("", triager.judge_many([asked.to_item()])[0])
    sys.stdout.write(verdict.to_json() + "\n" if as_json else "".join(f"{line}\n" for line in _in_words(verdict)))


def judge_lines(triager: Triager, lines: Iterable[str], out: TextIO, *, notes: TextIO) -> int:
    """One verdict a line, in order, in batches. Returns how many lines could not be read.

    A channel or kind that is none of ours is judged like any other; `notes` names each once, for it may be misspelt.
    """
    unread, unknown = 0, set[tuple[str, str]]()
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := [_read(number, line) for number, line in islice(numbered, _BATCH)]:
        asked = [read for read in batch if isinstance(read, TriageInput)]
        for name, value in dict.fromkeys(each for question in asked for each in _unknown_in(question)):
            if (name, value) not in unknown:
                notes.write(f"No {name} is called “{value[:40]}”; it is judged like any other.\n")
            unknown.add((name, value))
        verdicts = iter(triager.judge_many([question.to_item() for question in asked]))
        for read in batch:
            is_question = isinstance(read, TriageInput)
            answer = TriageOutput.of(read.id, next(verdicts)) if isinstance(read, TriageInput) else read
            unread += not is_question
            out.write(answer.to_json() + "\n")
        out.flush()
    return unread


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    try:
        with Path(file).open("rb") if file != "-" else nullcontext(sys.stdin.buffer) as raw:
            lines = TextIOWrapper(raw, encoding="utf-8-sig", errors="replace")
            yield lines
            lines.detach()
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}.") from error


def _unknown_in(question: TriageInput) -> Iterator[tuple[str, str]]:
    if question.channel not in CHANNELS:
        yield "channel", question.channel
    if question.kind not in KINDS:
        yield "kind", question.kind


def _read(number: int, line: str) -> TriageInput | UnreadLine:
    try:
        values = _loaded(line)
    except (ValueError, RecursionError) as error:
        return UnreadLine(id=None, error=f"line {number}: {error}")
    try:
        return TriageInput.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        part = f"{first['loc'][0]}: {first['msg']}" if first["loc"] else "This is no JSON object."
        return UnreadLine(id=_id_in(values), error=f"line {number}: {part}")


def _loaded(line: str) -> object:
    """The JSON of a line; strict JSON refuses half an emoji, which is what is left of a text that somebody cut."""
    try:
        loaded: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        if "\\ud" not in line.lower():
            raise
        whole = json.dumps(json.loads(line), ensure_ascii=False)
        loaded = orjson.loads(whole.encode(errors="replace"))
    return loaded


def _id_in(values: object) -> str | int | None:
    found = values.get("id") if isinstance(values, dict) else None
    return found if isinstance(found, str | int) else None


def _in_words(verdict: TriageOutput) -> Iterator[str]:
    answer = "needs an answer" if verdict.actionable else "needs no answer"
    yield f"{answer} ({verdict.actionable_probability:.0%}){', unsure' if verdict.abstained else ''}"
    yield f"topic {verdict.topic}, tier {verdict.tier}, urgency {verdict.urgency}, a matter of {verdict.matter}"
    yield f"sentiment {verdict.sentiment}, language {verdict.language}"
    if verdict.risks:
        yield f"risks {', '.join(verdict.risks)}"
    if verdict.shout_out.present:
        yield f"shout-out {'to ' + ', '.join(verdict.shout_out.names) if verdict.shout_out.names else '(nobody named)'}"
    yield from (f"  {reason.source}: {reason.detail}" for reason in verdict.reasons)
    yield f"judged by {verdict.model}"
