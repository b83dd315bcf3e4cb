"""Reads what ships inside the package: rules, taxonomy, names, model. The one place that knows those files."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import yaml

from localcare.triage.artefact import CAREFUL_FILE, MODEL_FILE, read_dense, read_model, read_version
from localcare.triage.core import RuleSet, Taxonomy, Triager
from localcare.triage.core.careful import CarefulModel, Encoder
from localcare.triage.core.model import LinearModel
from localcare.triage.core.triager import Lexicon
from localcare.triage.encoder import load_encoder
from localcare.triage.language import TrainedLanguageReader
from localcare.triage.schemas import ListsFile, NamesFile, RuleFile, SpellingsFile, TaxonomyFile

Profile = Literal["fast", "careful"]

RULE_FILES = (
    "crisis_hurt",
    "crisis_people",
    "crisis_public",
    "crisis_money",
    "risks",
    "intent",
    "praise",
    "sentiment",
    "topics_en",
    "topics_es",
    "topics_hinted",
)


def load_triager(
    *,
    use_model: bool = True,
    on: date | None = None,
    profile: Profile = "fast",
    folder: Path | None = None,
    encoder: Encoder | None = None,
) -> Triager:
    """Rules with the model of a folder, or the shipped one. Without a model, or when told so, it works by rules alone.

    The careful profile needs an encoder (see `encoder.load_encoder`); without one fast stands in, and its verdicts say so.
    `on` puts dated rules in force.
    """
    model = load_model(profile=profile, folder=folder, encoder=encoder) if use_model else None
    linear = model.linear if isinstance(model, CarefulModel) else model
    lexicon = replace(load_lexicon(), known=linear.words.index.keys()) if linear else load_lexicon()
    return Triager(load_rules(on=on), model, lexicon=lexicon, read_language=TrainedLanguageReader())


def load_careful(folder: Path | None) -> Triager | None:
    """The careful triager with the encoder of that folder; None when there is no encoder."""
    encoder = load_encoder(folder)
    return load_triager(profile="careful", encoder=encoder) if encoder else None


def load_model(
    *, profile: Profile = "fast", folder: Path | None = None, encoder: Encoder | None = None
) -> LinearModel | CarefulModel | None:
    """The model of a folder (`model.npz`, `careful.npz`), or the shipped one; None when there is no file."""
    place = folder or _folder("artefact")
    linear = read_model(place.joinpath(MODEL_FILE))
    if linear is None or profile == "fast":
        return linear
    dense = read_dense(place.joinpath(CAREFUL_FILE))
    if dense is None or encoder is None:
        return replace(linear, version=f"{linear.version}, careful is not installed")
    return CarefulModel(f"{dense.version}-careful", linear, dense, encoder)


@lru_cache
def shipped_version() -> str:
    """The version of the shipped model, without its profile; `rules-only` where none is installed."""
    return (read_version(_folder("artefact").joinpath(MODEL_FILE)) or "rules-only").removesuffix("-fast")


def load_rules(*, on: date | None = None) -> RuleSet:
    """The shipped rules, compiled."""
    lists = load_lists()
    return RuleSet((rule for file in load_rule_files().values() for rule in file.to_rules(lists)), on=on)


@lru_cache
def load_rule_files() -> Mapping[str, RuleFile]:
    """The shipped rules as they are written, by the name of their file."""
    return {name: RuleFile.model_validate(_read_yaml(name)) for name in RULE_FILES}


@lru_cache
def load_lists() -> Mapping[str, tuple[str, ...]]:
    """The lists of words that a rule may name: those of `lists.yaml`, and `{first-name}`."""
    shipped = ListsFile.model_validate(_read_yaml("lists")).root
    return {**shipped, "first-name": tuple(sorted(load_lexicon().first_names))}


@lru_cache
def load_lexicon() -> Lexicon:
    """The shipped taxonomy and names."""
    names = NamesFile.model_validate(_read_yaml("names"))
    spellings = SpellingsFile.model_validate(_read_yaml("spellings"))
    return Lexicon(
        load_taxonomy(),
        names.first_names - names.never_names,
        names.never_names,
        spellings.misspelt,
        spellings.ordinary,
    )


@lru_cache
def load_taxonomy() -> Taxonomy:
    """The shipped topics and risks."""
    return TaxonomyFile.model_validate(_read_yaml("taxonomy")).to_taxonomy()


def _read_yaml(name: str) -> object:
    return yaml.load(_folder("rules").joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _folder(name: str) -> Traversable:
    return files("localcare.triage").joinpath(name)
