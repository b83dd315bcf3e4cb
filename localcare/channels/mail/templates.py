"""What notification mails look like, from a file that an administrator edits: checked when read, compiled once.

A pattern is words with places in braces, never a regular expression: nobody has to know one, and none can hang.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from localcare.errors import ConfigurationError

SHIPPED = Path(__file__).with_name("templates.yaml")
_PLACE = re.compile(r"\{(\w+)\}")
_GAP = "[\\s\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]"
_BLANK = r"[^\S\n]"
_PLACES = {
    "author": r"[^\n]{1,120}?",
    "page": r"[^\n]{1,160}?",
    "text": r"[\s\S]{1,20000}?",
    "stars": "(?:[1-5]|[★⭐☆\ufe0f]{1,10})",
    "skip": r"[^\n]{0,300}?",
}
_QUOTES = "[\"'“”„«»‘’]"


def compile_pattern(pattern: str, known: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """The words of a pattern with its places as named groups; places that are `known` are looked for as they stand.

    Raises ValueError with a sentence.
    """
    seen: set[str] = set()
    pieces = list(_pieces(pattern.strip(), seen, known or {}))
    if not seen and not known:
        raise ValueError(f"“{pattern}” has none of {{author}}, {{page}}, {{text}}")
    # a place at the end goes as far as its line; after words, a link may follow
    end = "" if re.search(r"\w$", pattern.strip()) else f"{_BLANK}*$"
    return re.compile(f"^{_GAP}*{''.join(pieces)}{end}", re.IGNORECASE | re.MULTILINE)


def _checked(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        compile_pattern(pattern)
    return patterns


Patterns = Annotated[tuple[Annotated[str, Field(max_length=300)], ...], AfterValidator(_checked)]


class Template(BaseModel):
    """One kind of mail. `recommends` is what it says of the store; None leaves it to the stars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["review", "comment", "mention"]
    subject: Patterns
    body: Patterns = ()
    recommends: bool | None = None
    links: tuple[str, ...] = ()

    @property
    def subjects(self) -> list[re.Pattern[str]]:
        """Its patterns for subjects."""
        return [_compiled(pattern) for pattern in self.subject]

    def bodies(self, known: Mapping[str, str]) -> Iterator[re.Pattern[str]]:
        """Its patterns for texts, in order, with what the subject has told already."""
        for pattern in self.body:
            yield compile_pattern(pattern, known)


class Templates(BaseModel):
    """All that is known of notification mails."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    senders: Annotated[tuple[str, ...], Field(min_length=1)]
    footers: tuple[str, ...] = ()
    templates: Annotated[tuple[Template, ...], Field(min_length=1, max_length=200)]


def load_templates(path: Path | None = None) -> Templates:
    """The administrator's templates, or the shipped ones; a changed file is read again. Raises ConfigurationError."""
    chosen = path or SHIPPED
    try:
        return _load(chosen, chosen.stat().st_mtime_ns)
    except OSError as error:
        raise ConfigurationError(
            f"The mail templates cannot be read: {error.strerror}. See LOCALCARE_MAIL_TEMPLATES."
        ) from None


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> Templates:
    try:
        return Templates.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"The mail templates are no YAML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ConfigurationError(f"The mail templates are wrong at {where}: {first['msg']}.") from None


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return compile_pattern(pattern)


def _pieces(pattern: str, seen: set[str], known: Mapping[str, str]) -> Iterator[str]:
    """Regular expressions of the pattern's words and places in turn."""
    for index, piece in enumerate(_PLACE.split(pattern)):
        if index % 2 == 0:
            yield _words(piece)
        elif piece not in _PLACES:
            raise ValueError(f"{{{piece}}} is no place; there are {', '.join(f'{{{name}}}' for name in _PLACES)}")
        elif known.get(piece):
            yield _words(known[piece])
        elif piece in seen or piece == "skip":
            yield _PLACES[piece]
        else:
            seen.add(piece)
            yield f"(?P<{piece}>{_PLACES[piece]})"


def _words(piece: str) -> str:
    """Spacing and quotation marks in any spelling; a full stop or colon may also be the end of the line."""
    built = []
    for part in re.findall(r"\s+|\S", piece):
        if part.isspace():
            built.append(f"{_GAP}+")
        elif part in "\"'“”„«»‘’":
            built.append(_QUOTES)
        elif part in ".:":
            built.append(f"(?:{re.escape(part)}|(?={_BLANK}*$))")
        else:
            built.append(re.escape(part))
    return "".join(built)
