"""Small models with real files, for tests of the register."""

from pathlib import Path

import numpy as np

from localcare.triage.artefact import MODEL_FILE, write_model
from localcare.triage.core.model import ACTIONABLE, KIND, RISK, SENTIMENT_OF, TOPIC, Head
from localcare.triage.core.verdict import NO_RISK, SENTIMENTS
from localcare.triage.register import GateKept, GateTask, Trained

KINDS = ("tweets", "spanish", "support", "reviews")
PASSED = GateKept(
    passes=True,
    on_fixed_sets=False,
    tasks=(GateTask(task="topic", old=0.6, new=0.65, difference=0.05, low=0.01, high=0.09, texts=90, not_worse=True),),
)
HELD_BACK = GateKept(
    passes=False,
    on_fixed_sets=False,
    tasks=(GateTask(task="topic", old=0.6, new=0.5, difference=-0.1, low=-0.2, high=-0.05, texts=90, not_worse=False),),
)


def write_small(folder: Path, version: str, *, asks: float = 5.0, word: str = "crooked", alarms: bool = False) -> Path:
    """A model that says everything asks for an answer (or, with a low `asks`, nothing), and knows one word of billing.

    With `alarms` that word is an injury, too.
    """
    heads = (
        Head(ACTIONABLE, ("0", "1")),
        Head(TOPIC, ("billing", "other")),
        Head(KIND, KINDS),
        *(Head(SENTIMENT_OF + kind, SENTIMENTS) for kind in KINDS),
        Head(RISK, (NO_RISK, "injury", "safety")),
    )
    width = sum(head.width for head in heads)
    weights, bias = np.zeros((2, width), np.float32), np.zeros(width, np.float32)
    weights[0, 1], bias[0] = -8.0, asks
    weights[0, -2], bias[-3] = 16.0 if alarms else 0.0, 8.0
    blank = np.zeros((2, width), np.float32)
    ones = np.ones(2, np.float32)
    blocks = {"words": ([word, "store"], ones, weights), "pieces": ([" st", "xq"], ones, blank)}
    write_model(folder / MODEL_FILE, version=f"{version}-fast", heads=heads, blocks=blocks, bias=bias)
    return folder


def trained(folder: Path, version: str, *, gate: GateKept = PASSED, asks: float = 5.0, alarms: bool = False) -> Trained:
    """What training would have handed to the register."""
    write_small(folder / version, version, asks=asks, alarms=alarms)
    return Trained(version, "onward", "2026.11.2", 12, 3.5, gate, folder / version)
