"""What an elder thinks of the texts without labels: a larger reader that was tuned to our labels once and is not shipped.

`labels/elder.npz` keeps its opinions by the texts' fingerprints, so that training needs neither it nor its weights;
`localcare.triage.elder_tuning` makes them anew. It never saw a text of the test part.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from localcare.triage.core.blocks import Floats
from localcare.triage.core.careful import mixed
from localcare.triage.labelled import fingerprint_of

ELDER_FILE = "elder.npz"
_STEPS = 255  # opinions are kept in so many steps


@dataclass(frozen=True, slots=True)
class Elder:
    """Opinions by question, in steps (texts, answers), and where each text's stand."""

    places: Mapping[str, int]
    opinions: Mapping[str, npt.NDArray[np.uint8]]

    def knows(self, text: str) -> bool:
        """Whether it was asked about the text."""
        return fingerprint_of(text) in self.places

    def thinks(self, head: str, texts: Sequence[str]) -> Floats:
        """Its opinion of texts it knows: shape (texts, answers), rows adding up to 1."""
        steps = self.opinions[head][[self.places[fingerprint_of(text)] for text in texts]].astype(np.float32) + 0.5
        return np.asarray(steps / steps.sum(axis=1, keepdims=True), np.float32)

    def beside(self, head: str, texts: Sequence[str], thought: Floats, share: float) -> Floats:
        """Another's opinion of texts, mixed with the elder's own by that share where it has one."""
        known = [row for row, text in enumerate(texts) if self.knows(text)]
        both = thought.copy()
        if known:
            both[known] = mixed(thought[known], self.thinks(head, [texts[row] for row in known]), share)
        return both


def read_elder() -> Elder:
    """The opinions that are shipped for training."""
    path = files("localcare.triage").joinpath("labels", ELDER_FILE)
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
        marks = arrays["fingerprints"].tolist()
        opinions = {name: arrays[name] for name in arrays.files if name != "fingerprints"}
    return Elder({f"{mark:08x}": place for place, mark in enumerate(marks)}, opinions)


def write_elder(path: Path, texts: Sequence[str], thoughts: Mapping[str, Floats]) -> None:
    """Opinions of texts, without the texts."""
    marks = np.array([int(fingerprint_of(text), 16) for text in texts], np.uint32)
    steps = {name: np.round(thought * _STEPS).astype(np.uint8) for name, thought in thoughts.items()}
    np.savez_compressed(path, fingerprints=marks, **steps)  # type: ignore[arg-type]  # numpy's stub takes them for flags
