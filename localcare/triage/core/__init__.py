"""The pure heart of triage: words in, verdicts with reasons out. Start reading at `triager.py`, then `combine.py`."""

from localcare.triage.core.model import Model
from localcare.triage.core.rules import Fired, Rule, RuleSet
from localcare.triage.core.taxonomy import Risk, Taxonomy, Topic
from localcare.triage.core.triager import Triager
from localcare.triage.core.verdict import Item, Reason, Sentiment, Verdict

__all__ = [
    "Fired",
    "Item",
    "Model",
    "Reason",
    "Risk",
    "Rule",
    "RuleSet",
    "Sentiment",
    "Taxonomy",
    "Topic",
    "Triager",
    "Verdict",
]
