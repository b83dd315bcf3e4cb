"""Which language a text is in, as far as words alone tell; the fallback of the trained detector for short texts."""

from collections.abc import Callable

SERVED = ("en", "es")
LanguageReader = Callable[[str], str]

NAMES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hmn": "Hmong", "ht": "Haitian Creole", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "km": "Khmer", "ko": "Korean", "lo": "Lao", "ms": "Malay", "ne": "Nepali", "nl": "Dutch",
    "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "so": "Somali", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yi": "Yiddish", "zh": "Chinese",
}  # fmt: skip
"""Languages that customers write in, as people call them."""


def language_name(code: str) -> str:
    """What people call a language; of a rare one its code."""
    return NAMES.get(code, f"the language “{code}”")


_SPANISH_WORDS = """
de la que el en los se del las por con para una su al lo como mas pero sus le ya este si porque esta cuando muy sin sobre me
hay donde quien desde todo nos durante todos uno les ni contra otros ese eso mi estan gracias hola buenos dias tienda servicio
tengo tienen puedo pueden quiero excelente pesimo atencion ayuda telefono factura abren cierran hoy senal
"""
_SPANISH = frozenset(_SPANISH_WORDS.split())
_ENGLISH_WORDS = """
the and to of a in is it you that was for on are with as i his they be at this have from or had by but what some we can out
other were all there when your how do if will my than been no not so just me get thanks thank great good bad service store
phone help please hi hello worst best love why where who does did am closed open today
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_UNDECIDED = "und"


def read_language(folded: str) -> str:
    """`en` or `es` by common words, `en` for other Latin words, `und` when there are no words at all."""
    words = folded.split()
    spanish, english = sum(w in _SPANISH for w in words), sum(w in _ENGLISH for w in words)
    if spanish > english:
        return "es"
    return "en" if any("a" <= c <= "z" for c in folded) else _UNDECIDED
