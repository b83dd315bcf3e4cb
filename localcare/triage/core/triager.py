"""Judges mentions in batches: fold once, one pass for the rules, one model call, then one formula each."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from localcare.triage.core.combine import RULES_ONLY, decide
from localcare.triage.core.disguise import Mender
from localcare.triage.core.evidence import Seen
from localcare.triage.core.final import final_say, overrule
from localcare.triage.core.language import LanguageReader, read_language
from localcare.triage.core.model import Model, Scores
from localcare.triage.core.names import find_names
from localcare.triage.core.privacy import posted_personal_data
from localcare.triage.core.rules import Fired, RuleSet
from localcare.triage.core.taxonomy import Taxonomy
from localcare.triage.core.verdict import Item, Verdict
from localcare.triage.core.words import fold, letters_to_read

LONGEST_READ = 4_000  # characters the model, the language and the names are read from; rules read everything


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a brand's words mean: topics and risks, first names people bear, words that only look like names, and
    words that are known again when they are misspelt,
    and ordinary words that only look like one of those. `known` are the words that customers are known to write.
    """

    taxonomy: Taxonomy
    first_names: Collection[str] = field(default=frozenset())
    never_names: Collection[str] = field(default=frozenset())
    misspelt: Collection[str] = field(default=frozenset())
    ordinary: Collection[str] = field(default=frozenset())
    known: Collection[str] = field(default=frozenset())


class Triager:
    """Verdicts from rules and, when there is one, a model. Without a model it works by rules alone and says so."""

    def __init__(
        self, rules: RuleSet, model: Model | None, *, lexicon: Lexicon, read_language: LanguageReader = read_language
    ) -> None:
        self.rules = rules
        self.model = model
        self.lexicon = lexicon
        self._read_language = read_language
        self._shipped = frozenset(rule.id for rule in rules.rules)
        self._mender = self._shipped_mender = Mender(rules.rules, lexicon.misspelt, ordinary=lexicon.ordinary)
        self._menders: WeakKeyDictionary[RuleSet, Mender] = WeakKeyDictionary({rules: self._mender})
        self._shipped_rules = rules.rules

    def with_rules(self, rules: RuleSet) -> "Triager":
        """The same model and words with other rules: a brand's own, say, or a draft on trial."""
        other = copy(self)
        other.rules = rules
        other._mender = self._mender_for(rules)
        return other

    def with_model(self, model: Model | None) -> "Triager":
        """The same rules and words with another model, or none."""
        other = copy(self)
        other.model = model
        return other

    def fired_on(self, item: Item) -> list[Fired]:
        """The rules that fire on an item, with the words that made them."""
        folded = fold(item.text)
        return self._fired(item, folded, self._read_language(folded[:LONGEST_READ]))

    def readings_of(self, text: str) -> tuple[str, ...]:
        """A text folded, as rules read it: as it stands and, where that is another, with words in disguise mended."""
        folded = fold(text)
        return tuple(dict.fromkeys((folded, self._mender.mend(folded))))

    def judge_many(self, items: Sequence[Item]) -> list[Verdict]:
        """One verdict per item, in the same order. Batches of some hundreds are the quickest. Never fails on a text."""
        folded = [fold(item.text) for item in items]
        scores: list[Scores] | list[None] = [None] * len(items)
        if self.model and items:
            scores = self.model.score([item.text[:LONGEST_READ] for item in items])
        return [self._judge(item, text, score) for item, text, score in zip(items, folded, scores, strict=True)]

    def _mender_for(self, rules: RuleSet) -> Mender:
        """Mends the words of these rules too; made once a set, which the careful triager takes over with every batch."""
        mender = self._menders.get(rules)
        if mender is None:
            shipped = {rule.id: rule for rule in self._shipped_rules}
            own = (rule for rule in rules.rules if rule.risk and shipped.get(rule.id) != rule)
            mender = self._menders[rules] = self._shipped_mender.also(own, known=self.lexicon.known)
        return mender

    def _judge(self, item: Item, folded: str, scores: Scores | None) -> Verdict:
        language = self._read_language(folded[:LONGEST_READ])
        fired = self._fired(item, folded, language)
        if scores and letters_to_read(folded) < 2:
            scores = None  # of emoji, marks, digits and one letter alone rules know more than a model of words
        seen = Seen(
            item=item,
            folded=folded,
            fired=fired,
            scores=scores,
            language=language,
            personal_data=posted_personal_data(item.text[:LONGEST_READ]),
            names=self._names(item, fired),
            model=(scores.by if scores else "") or (self.model.version if self.model else RULES_ONLY),
        )
        verdict = decide(seen, self.lexicon.taxonomy)
        say = final_say(fired)
        return overrule(verdict, say, self.lexicon.taxonomy, page_kind=item.page_kind) if say else verdict

    def _fired(self, item: Item, folded: str, language: str) -> list[Fired]:
        """The rules that fire once words in disguise are mended, and a brand's own that ask for just that spelling."""
        mended = self._mender.mend(folded)
        fired = self.rules.match_folded(mended, channel=item.channel, language=language, places=item.places)
        if mended == folded:
            return fired
        known = self._shipped.union(each.rule.id for each in fired)
        written = self.rules.match_folded(folded, channel=item.channel, language=language, places=item.places)
        own = [each for each in written if each.rule.id not in known]
        return sorted([*fired, *own], key=lambda each: self.rules.rules.index(each.rule)) if own else fired

    def _names(self, item: Item, fired: Sequence[Fired]) -> tuple[str, ...]:
        if not any(f.rule.shout_out for f in fired):
            return ()
        return find_names(item.text[:LONGEST_READ], known=self.lexicon.first_names, never=self.lexicon.never_names)
