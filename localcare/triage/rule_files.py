"""Rules in and out as YAML and CSV. Reading never fails as a whole for one bad rule: it says which, where and why."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import yaml
from pydantic import ValidationError

from localcare.errors import InvalidError
from localcare.triage.schemas import RuleEntry

FileKind = Literal["yaml", "csv"]
MOST_RULES = 20_000
_LISTS = ("any", "all", "none", "unless", "denials", "channels", "places")
_COLUMNS = (
    "id", "because", "any", "all", "near_left", "near_right", "within", "none", "unless", "denials", "topic",
    "tier_at_least", "urgency", "actionable", "sentiment", "risk", "weight", "shout_out", "channels", "language", "places",
    "precedence", "final", "owner", "since", "until",
)  # fmt: skip
_FORMULA = re.compile(r"^'?[=+\-@\t\r]")
_SENTENCES = {
    "missing": "is missing", "extra_forbidden": "is not known", "string_type": "must be words",
    "date_from_datetime_inexact": "is not a day such as 2026-03-01", "tuple_type": "must be a list",
    "model_type": "must be fields and what they hold", "too_long": "has too many parts", "greater_than_equal": "is too small",
    "less_than_equal": "is too large", "int_from_float": "must be a whole number", "int_parsing_size": "is too large",
    "literal_error": "is none of the values it may have", "date_from_datetime_parsing": "is not a day such as 2026-03-01",
    "date_parsing": "is not a day such as 2026-03-01",
    "int_parsing": "must be a whole number", "float_parsing": "must be a number",
    "bool_parsing": "must be yes or no",
}  # fmt: skip
_NULL = "tag:yaml.org,2002:null"


class _AsWritten(yaml.CSafeLoader):
    """Takes words for words: `no`, 911 and 2026-02-30 are phrases as well, and what a field may hold its rule says."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (so does PyYAML)
        first: [(tag, form) for tag, form in resolvers if tag == _NULL]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule of a file that cannot be taken: which one it is (its id, else its place in the file), and why."""

    which: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleReading:
    """What a file holds."""

    entries: list[RuleEntry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def read_rules(text: str, kind: FileKind) -> RuleReading:
    """Rules of a file; of two with one id the first counts. InvalidError when it is no such file at all."""
    if not text.strip():
        raise InvalidError("There is nothing in it. Choose a file, or paste rules.")
    rows = list(_yaml_rows(text) if kind == "yaml" else _csv_rows(text))
    if len(rows) > MOST_RULES:
        raise InvalidError(f"A file takes {MOST_RULES:,} rules at most; this one has {len(rows):,}.")
    reading, seen = RuleReading(), set()
    for number, row in enumerate(rows, start=1):
        which = str(row.get("id") or f"rule {number}") if isinstance(row, Mapping) else f"rule {number}"
        try:
            entry = RuleEntry.model_validate(row)
        except ValidationError as error:
            reading.refused.append(Refused(which, _why(error)))
            continue
        if entry.id in seen:
            reading.refused.append(Refused(which, "The same id stands above."))
            continue
        seen.add(entry.id)
        reading.entries.append(entry)
    return reading


def write_yaml(entries: Iterable[RuleEntry]) -> str:
    """Rules as the shipped files have them; what is as usual is left out."""
    rules = [as_form(entry) for entry in entries]
    body = yaml.safe_dump({"rules": rules}, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    return "# Rules of the care team. localcare triage rules import reads this file.\n" + body


def write_csv(entries: Iterable[RuleEntry]) -> str:
    """Rules as a sheet, one a line, phrases separated by `;`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        form = as_form(entry)
        left, right = entry.near or ((), ())
        cells: dict[str, object] = {**form, "near_left": left, "near_right": right}
        writer.writerow({name: _cell(cells.get(name, "")) for name in _COLUMNS})
    return out.getvalue()


def as_form(entry: RuleEntry) -> dict[str, object]:
    """A rule as files and the database keep it: without what is as usual."""
    return entry.model_dump(mode="json", exclude_defaults=True)


def _yaml_rows(text: str) -> Sequence[object]:
    try:
        for event in yaml.parse(text, Loader=_AsWritten):
            if isinstance(event, yaml.AliasEvent):
                raise InvalidError(
                    "A file of rules has no anchors and aliases (& and *). Put phrases with a star in quotes."
                )
        loaded = yaml.load(text, Loader=_AsWritten)  # noqa: S506 (a safe loader that knows fewer kinds)
    except yaml.YAMLError as error:
        raise InvalidError(f"The file is not readable YAML: {_where(error)}") from error
    except RecursionError:
        raise InvalidError("The file is not readable YAML: it is nested too deeply.") from None
    rows = loaded.get("rules") if isinstance(loaded, dict) else loaded
    if not isinstance(rows, list):
        raise InvalidError("A file of rules begins with `rules:` and has a list of rules below it.")
    return rows


def _csv_rows(text: str) -> Iterable[dict[str, object]]:
    text = text.removeprefix("\ufeff")
    names = text.partition("\n")[0]
    # where a comma stands in numbers, spreadsheets part columns by semicolons
    part = ";" if names.count(";") > names.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=part)
    try:
        if "id" not in (reader.fieldnames or ()):
            raise InvalidError("The first line of the sheet names its columns; `id` and `because` are needed.")
        for row in reader:
            yield _from_cells({name: cell for name, cell in row.items() if isinstance(name, str) and cell})
    except csv.Error as error:
        raise InvalidError(f"The sheet cannot be read: {error}.") from error


def _from_cells(cells: Mapping[str, str]) -> dict[str, object]:
    row: dict[str, object] = {name: _plain(cell) for name, cell in cells.items()}
    left, right = (_phrases(cells.get(name, "")) for name in ("near_left", "near_right"))
    row = {name: value for name, value in row.items() if name not in ("near_left", "near_right") and value}
    row |= {name: _phrases(cells[name]) for name in _LISTS if name in row}
    return row | ({"near": (left, right)} if left or right else {})


def _phrases(cell: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in _plain(cell).split(";") if part.strip())


def _cell(value: object) -> str:
    text = ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    # a spreadsheet takes what begins so for a formula and would run it
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _why(error: ValidationError) -> str:
    fault = error.errors()[0]
    if not fault["loc"]:
        return "A rule is a list of fields: `id`, `because`, words and what they say."
    name = str(fault["loc"][0])
    return f"“{name}” {_SENTENCES.get(fault['type'], 'is wrong: ' + fault['msg'])}."


def _where(error: yaml.YAMLError) -> str:
    """What is wrong and in which line, where the reader tells."""
    mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    return f"line {mark.line + 1}: {said}." if mark and said else _one_line(error)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


WRITERS: Mapping[FileKind, Callable[[Iterable[RuleEntry]], str]] = {"yaml": write_yaml, "csv": write_csv}
