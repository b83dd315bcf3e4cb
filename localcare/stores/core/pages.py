"""What a Page can be to a brand, and what a Page id must look like."""

import re
from typing import Literal, get_args

PageKind = Literal["official", "duplicate", "rogue"]
PAGE_KINDS: tuple[str, ...] = get_args(PageKind)

_NUMBERED = frozenset({"facebook", "instagram"})


def page_complaint(channel: str, page_id: str) -> str | None:
    """What is wrong with a Page id, if anything: Meta's are digits, and spreadsheets spoil long ones."""
    if not page_id:
        return "has no page id"
    if channel not in _NUMBERED or re.fullmatch(r"[0-9]{1,24}", page_id):
        return None
    if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", page_id, re.IGNORECASE):
        return "is no Page id: a spreadsheet has shortened the number; format the column as text and fill it in again"
    return "is no Page id: those of Facebook and Instagram are digits only"
