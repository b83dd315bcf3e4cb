"""The `fields` parameter: names, nested braces and modifiers, as in `id,comments.limit(5).filter(stream){id,from}`."""

import re
from dataclasses import dataclass, field

from localcare.sandbox.refusals import GraphRefusal

_TOKEN = re.compile(r"\s*([A-Za-z0-9_]+|[.,{}()])")
_ARGUMENT = re.compile(r"([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Field:
    """One wanted field. Empty `children` ask for what that kind of thing shows by default."""

    name: str
    modifiers: dict[str, str] = field(default_factory=dict)
    children: tuple["Field", ...] = ()


def parse_fields(text: str | None) -> tuple[Field, ...]:
    """The wanted fields in order. Raises GraphRefusal 2500 where Graph reports a syntax error."""
    if not text or not text.strip():
        return ()
    parser = _Parser(text)
    fields = parser.read_list()
    parser.expect_end()
    return fields


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read_list(self) -> tuple[Field, ...]:
        fields = [self._read_field()]
        while self._skip(","):
            fields.append(self._read_field())
        return tuple(fields)

    def expect_end(self) -> None:
        if self._text[self._at :].strip():
            raise self._syntax_error()

    def _read_field(self) -> Field:
        name = self._read_name()
        modifiers: dict[str, str] = {}
        while self._skip("."):
            modifier = self._read_name()
            modifiers[modifier] = self._read_argument()
        children: tuple[Field, ...] = ()
        if self._skip("{"):
            children = self.read_list()
            if not self._skip("}"):
                raise self._syntax_error()
        return Field(name, modifiers, children)

    def _read_name(self) -> str:
        found = _TOKEN.match(self._text, self._at)
        if found is None or not found[1][0].isalnum():
            raise self._syntax_error()
        self._at = found.end()
        return found[1]

    def _read_argument(self) -> str:
        if not self._skip("("):
            raise self._syntax_error()
        found = _ARGUMENT.match(self._text, self._at)
        if found is None:
            raise self._syntax_error()
        self._at = found.end()
        return found[1]

    def _skip(self, sign: str) -> bool:
        found = _TOKEN.match(self._text, self._at)
        if found is None or found[1] != sign:
            return False
        self._at = found.end()
        return True

    def _syntax_error(self) -> GraphRefusal:
        return GraphRefusal(2500, f'Syntax error "Expected name." at character {self._at}: {self._text}')
