"""Whom a shout-out names: first names as customers write them, in English and Spanish."""

import re
from collections.abc import Collection

_NAME = r"[A-ZÁÉÍÓÚÑÜ][A-Za-zÁÉÍÓÚÑÜáéíóúñü'’-]{1,19}"
_ANYCASE = r"[A-Za-zÁÉÍÓÚÑÜáéíóúñü'’-]{2,20}"
_CUES = (
    r"shout[- ]?outs? (?:goes )?(?:out )?to|kudos (?:go )?(?:out )?to|props to|thanks? (?:so much |a lot |again )?to",
    r"thank you(?: so much)?|thanks|hats off to|ask for|(?:helped|assisted|served|greeted|treated) by",
    r"associate|employee|manager|rep|representative|cashier|salesman|saleswoman|technician|guy|lady|girl|man|woman",
    r"named?|name (?:is|was)|gracias(?: a| por todo)?|mil gracias a|felicidades a|felicitaciones a|un aplauso (?:a|para)",
    r"(?:atendi[oó]|ayud[oó]|atendid[oa] por|se llama|llamad[oa])",
    r"emplead[oa]|gerente|vendedora?|cajer[oa]|asesora?|señorita|joven",
)
_VERBS = (
    r"was|is|were|are|went|made|did|took|helped|fixed|saved|gave|walked|answered|explained|treated|rocks|rocked|deserves",
    r"fue|es|son|fueron|me|nos|hizo|merece|está|estuvo|siempre",
)


def _list_of(name: str) -> str:
    """One to three names: `Ana`, `Ana and Luis`, `Ana, Luis y Mike`."""
    return rf"({name})(?:(?:,|(?i:,? and|,? y| &)) ({name}))?(?:(?i:,? (?:and|y|&)) ({name}))?"


_AFTER_CUE = re.compile(
    rf"\b(?i:{'|'.join(_CUES)})[,:]? (?i:mr\.? |ms\.? |mrs\.? |our |la |el |a )?" + _list_of(_ANYCASE)
)
_BEFORE_PRAISE = re.compile(_list_of(_NAME) + rf" (?i:{'|'.join(_VERBS)})\b")


def find_names(text: str, *, known: Collection[str], never: Collection[str]) -> tuple[str, ...]:
    """First names in a text already known to be a shout-out, in order of appearance, each once.

    A capitalised word in the place of a name counts unless it is in `never` (The, Verizon, Monday…). In text written all
    in one case only `known` first names count. Both collections are lower case.
    """
    has_cases = text != text.upper() and text != text.lower()
    found: dict[str, int] = {}
    for pattern in (_AFTER_CUE, _BEFORE_PRAISE):
        for match in pattern.finditer(text):
            for index, word in enumerate(match.groups(), start=1):
                name = _as_name(word, known=known, never=never, has_cases=has_cases)
                if name:
                    found.setdefault(name, match.start(index))
    return tuple(sorted(found, key=found.__getitem__))


def _as_name(word: str | None, *, known: Collection[str], never: Collection[str], has_cases: bool) -> str | None:
    if not word:
        return None
    word = re.sub(r"['’]s?$", "", word)
    lower = word.lower()
    if lower in known:
        return word.capitalize() if word in (lower, word.upper()) else word
    looks_like_one = has_cases and len(word) > 1 and word[0].isupper() and not word.isupper()
    return word if looks_like_one and lower not in never else None
