"""What is wrong with an answer before it goes."""

import re

from localcare.replies.core.ways import Way

COMMENT_LIMIT = 8_000
MESSAGE_LIMIT = 2_000
_INSTAGRAM_COMMENT_LIMIT = 2_200
_INSTAGRAM_MESSAGE_BYTES = 1_000
_CARD = re.compile(r"(?:\d[ -]?){13,19}")
_PRIVATE = (Way.MESSAGE, Way.PRIVATE)


def limit_of(way: Way, channel: str = "facebook") -> int:
    """The most characters an answer may have; Instagram counts bytes of a message, of which a character takes one or more."""
    if channel == "instagram":
        return _INSTAGRAM_MESSAGE_BYTES if way in _PRIVATE else _INSTAGRAM_COMMENT_LIMIT
    return MESSAGE_LIMIT if way in _PRIVATE else COMMENT_LIMIT


def find_faults(text: str, way: Way, channel: str = "facebook") -> list[str]:
    """Why this answer cannot go out as it is, in sentences; empty when it can."""
    words = text.strip()
    if not words:
        return ["Write an answer first."]
    limit = limit_of(way, channel)
    counts_bytes = channel == "instagram" and way in _PRIVATE
    length = len(words.encode()) if counts_bytes else len(words)
    faults = []
    if length > limit:
        faults.append(f"The answer has {length:,} {'bytes' if counts_bytes else 'characters'}; {limit:,} are allowed.")
    if any(_is_card_number(found) for found in _CARD.findall(words)):
        faults.append("The answer contains what looks like a card number. Take it out.")
    if re.search(r"\{\w+\}", words):
        faults.append("A placeholder in braces has not been filled in.")
    return faults


def _is_card_number(found: str) -> bool:
    """Luhn's check: ISO/IEC 7812-1, annex B."""
    digits = [int(character) for character in found if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
