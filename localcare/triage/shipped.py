"""Reads what ships inside the package: rules, taxonomy, names, model. The one place that knows those files."""

from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from localcare.triage.artefact import MODEL_FILE, read_model
from localcare.triage.core import RuleSet, Taxonomy, Triager
from localcare.triage.core.model import LinearModel
from localcare.triage.core.triager import Lexicon
from localcare.triage.language import TrainedLanguageReader
from localcare.triage.schemas import NamesFile, RuleFile, TaxonomyFile

RULE_FILES = ("risks", "risks_told", "intent", "praise", "sentiment", "topics_en", "topics_es", "topics_hinted")


def load_triager(*, use_model: bool = True, on: date | None = None) -> Triager:
    """The shipped triager. Without a model file, or when told so, it works by rules alone. `on` puts dated rules in force."""
    model = load_model() if use_model else None
    return Triager(load_rules(on=on), model, lexicon=load_lexicon(), read_language=TrainedLanguageReader())


def load_model() -> LinearModel | None:
    """The shipped model, or None when its file is missing."""
    return read_model(_folder("artefact").joinpath(MODEL_FILE))


def load_rules(*, on: date | None = None) -> RuleSet:
    """The shipped rules, compiled."""
    lists = {"first-name": tuple(sorted(load_lexicon().first_names))}
    entries = [RuleFile.model_validate(_read_yaml(name)).to_rules(lists) for name in RULE_FILES]
    return RuleSet((rule for rules in entries for rule in rules), on=on)


@lru_cache
def load_lexicon() -> Lexicon:
    """The shipped taxonomy and names."""
    names = NamesFile.model_validate(_read_yaml("names"))
    return Lexicon(load_taxonomy(), names.first_names - names.never_names, names.never_names)


def load_taxonomy() -> Taxonomy:
    """The shipped topics and risks."""
    return TaxonomyFile.model_validate(_read_yaml("taxonomy")).to_taxonomy()


def _read_yaml(name: str) -> object:
    return yaml.safe_load(_folder("rules").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def _folder(name: str) -> Traversable:
    return files("localcare.triage").joinpath(name)
