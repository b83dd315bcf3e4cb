"""The hand of the writer: greetings, thanks, haste and typos laid over a text, so that no two customers sound alike."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

_OPENERS: Mapping[str, tuple[str, ...]] = {
    "en": ("Hi, ", "Hello! ", "Hey Pellora, ", "Good morning. ", "Hi there, ", "Good evening. ", "Hi Pellora team, "),
    "es": ("Hola, ", "Buenas tardes. ", "Buenos días. ", "Hola Pellora, ", "Saludos. "),
}
_CLOSERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("en", "negative"): (" 😡", " 🙄", " Smh.", " Not happy.", " Please help.", " Unreal.", " 👎", " Do better."),
    ("en", "neutral"): (" Thanks!", " Thank you.", " thx", " 🙏", " Thanks in advance.", " 🙂"),
    ("en", "positive"): (" ❤️", " 👍", "!!", " 🙌", " Thank you!", " 😊", " 💯", " Highly recommend."),
    ("en", "idle"): (" lol", " 🙂", " 😎", "...", " haha", " 🤷", " just saying"),
    ("es", "negative"): (" 😡", " Qué mal.", " Ayuda por favor.", " 👎", " 🙄"),
    ("es", "neutral"): (" Gracias.", " Gracias de antemano.", " 🙏", " 🙂"),
    ("es", "positive"): (" ❤️", " 👏", " Dios los bendiga.", " 🙌", " 💯"),
    ("es", "idle"): (" jaja", " 🙂", " 😎", "...", " 🤷"),
}
_COMMON_START = re.compile(r"[¿¡]?(?!I\b)[A-ZÁÉÍÓÚÑ](?=[a-záéíóúñ]|\s)")
_OPENER_SHARE = 0.25
_CLOSER_SHARE = 0.22
_TYPO_SHARE = 0.07
_SHORT = 12
_GREETING = re.compile(r"(hi|hey|hello|hola|buen\w*|good)\b", re.IGNORECASE)
_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")


def flourish(text: str, rng: random.Random, *, language: str, sentiment: str, is_request: bool) -> str:
    """The text as a hurried, friendly or furious person might have typed it. Its numbers stay as they are."""
    if len(text) >= _SHORT:
        text = _open(text, rng, language, is_request=is_request)
        mood = "idle" if sentiment == "neutral" and not is_request else sentiment
        text = _close(text, rng, language, mood)
        text = _mistype(text, rng)
    return _hurry(text, rng, sentiment)


def _open(text: str, rng: random.Random, language: str, *, is_request: bool) -> str:
    if not is_request or rng.random() > _OPENER_SHARE or _GREETING.match(text):
        return text
    opener = rng.choice(_OPENERS[language])
    start = _COMMON_START.match(text) if opener.endswith(", ") else None
    return opener + (text[: start.end()].lower() + text[start.end() :] if start else text)


def _close(text: str, rng: random.Random, language: str, mood: str) -> str:
    if rng.random() > _CLOSER_SHARE or "@" in text:
        return text
    end = "" if text[-1] in ".!?…" or not text[-1].isalnum() else "."
    closer = rng.choice(_CLOSERS[language, mood])
    return text + (end if closer[1:2].isupper() else "") + closer


def _mistype(text: str, rng: random.Random) -> str:
    """Swaps two neighbouring letters of one long lower-case word, now and then."""
    if rng.random() > _TYPO_SHARE:
        return text
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _hurry(text: str, rng: random.Random, sentiment: str) -> str:
    mood = rng.random()
    if mood < 0.10:
        return text.lower()
    if mood < 0.16:
        return text.replace("'", "").replace("¿", "").replace("¡", "")
    if mood < 0.20:
        return text.rstrip(".")
    if mood < 0.23 and text[-1:] in ".!":
        return text[:-1] + "!!!"
    if mood < 0.245 and sentiment == "negative":
        return text.upper()
    return text
