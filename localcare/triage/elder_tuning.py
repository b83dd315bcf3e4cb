"""Tunes two elders to our labels and writes down what they think of the texts without labels (`labels/elder.npz`).

`python -m localcare.triage.elder_tuning EVAL_DATA FOLDER`, FOLDER holding all-mpnet-base-v2 (Apache-2.0) as its makers publish
it. Needs torch, transformers and tokenizers; some fifteen minutes on a core for each. The lower six layers stay as they are and
read each text once. Training the models that ship needs none of this: it reads the file.

Each elder is taught one half of the labelled texts of the pool, and what is labelled outside it. Of a labelled text the other one
tells: who knows the label by heart repeats it, sure of itself, and has nothing to teach beyond it.
"""

import random
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from localcare.triage.core.blocks import Floats
from localcare.triage.core.model import ACTIONABLE, TOPIC
from localcare.triage.corpora import lot_of
from localcare.triage.elder import ELDER_FILE, write_elder
from localcare.triage.lessons import Lesson, forbidden_words, heads, read_lessons, read_pool
from localcare.triage.tuning import DECAY, MINOR_SHARE, SMOOTHING, rarity_of

EPOCHS, LEARNING_RATE, HEADS_FASTER = 3, 5e-5, 20.0
SHARPNESS, DROPPED = 14.0, 0.1
_KEPT, _WIDE, _LONGEST = 6, 768, 80  # layers that stay as they are; a vector's length; tokens of a text that are read
_TOGETHER, _ASKED_TOGETHER, _WARM_UP, _PAD = 32, 64, 0.1, 1
HALVES = (0, 1)


@dataclass(slots=True)
class ElderReader:
    """MPNet whose upper half learns, and a linear head per question on the mean of its output."""

    torch: Any
    net: Any
    cut: Any
    heads: dict[str, Any]
    seed: int

    @classmethod
    def load(cls, folder: Path, *, seed: int) -> "ElderReader":
        """The encoder of a folder, with heads that know nothing yet."""
        torch = import_module("torch")
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        net = import_module("transformers").MPNetModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="eager"
        )
        cut = import_module("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
        cut.no_padding()
        cut.enable_truncation(_LONGEST)
        return cls(torch, net, cut, {h.name: torch.nn.Linear(_WIDE, len(h.classes)) for h in heads()}, seed)

    def half_way(self, texts: Sequence[str]) -> list[Any]:
        """What the layers that stay make of each text: (tokens, 768)."""
        self.net.eval()
        tokens = [self.cut.encode(text.encode("utf-8", "replace").decode()).ids for text in texts]
        states: list[Any] = [None] * len(texts)
        for rows in _alike(tokens, _ASKED_TOGETHER):
            longest = max(len(tokens[row]) for row in rows)
            ids = self.torch.tensor([tokens[row] + [_PAD] * (longest - len(tokens[row])) for row in rows])
            with self.torch.no_grad(), self.torch.autocast("cpu", dtype=self.torch.bfloat16):
                found = self._through(self.net.embeddings(input_ids=ids), ids != _PAD, range(_KEPT))
            for place, row in enumerate(rows):
                states[row] = found[place, : len(tokens[row])].to(self.torch.bfloat16).clone()
        return states

    def vectors(self, states: Sequence[Any]) -> Any:  # noqa: ANN401 - a library that may be absent
        """The mean of what the upper half makes of texts, all of one length: (texts, 768)."""
        torch = self.torch
        padded = torch.nn.utils.rnn.pad_sequence(list(states), batch_first=True)
        seen = torch.tensor([[place < len(each) for place in range(padded.shape[1])] for each in states])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            read = self._through(padded, seen, range(_KEPT, len(self.net.encoder.layer))).float()
        mean = (read * seen[:, :, None]).sum(1) / seen.sum(1, keepdim=True)
        return torch.nn.functional.normalize(mean, dim=1) * SHARPNESS

    def _through(self, read: Any, seen: Any, layers: range) -> Any:  # noqa: ANN401
        places = self.net.encoder.compute_position_bias(read.float())
        hidden = (1 - seen[:, None, None, :].float()) * -1e4
        for layer in layers:
            read = self.net.encoder.layer[layer](read, hidden.to(read.dtype), position_bias=places)[0]
        return read

    def learning(self) -> list[Any]:
        """Everything of the layers that learns."""
        return [each for layer in self.net.encoder.layer[_KEPT:] for each in layer.parameters()]

    def thinks(self, states: Sequence[Any]) -> dict[str, Floats]:
        """Its opinion of texts: per question an array (texts, answers)."""
        self.net.eval()
        said = {h.name: np.zeros((len(states), len(h.classes)), np.float32) for h in heads()}
        for rows in _alike(states, _ASKED_TOGETHER):
            with self.torch.no_grad():
                vectors = self.vectors([states[row] for row in rows])
                for name, head in self.heads.items():
                    said[name][rows] = head(vectors).softmax(1).numpy()
        return said


def teach_elder(
    elder: ElderReader, lessons: Sequence[Lesson], *, tell: Callable[[str], object] = lambda _: None
) -> None:
    """Some passes over the lessons, all questions at once, rare answers counting more."""
    torch, states = elder.torch, elder.half_way([lesson.text for lesson in lessons])
    rarity = {head.name: torch.tensor(rarity_of(head, lessons)) for head in heads()}
    slow, fast = elder.learning(), [each for head in elder.heads.values() for each in head.parameters()]
    rates = [LEARNING_RATE, LEARNING_RATE * HEADS_FASTER]
    groups = [{"params": slow, "lr": rates[0]}, {"params": fast, "lr": rates[1]}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY, fused=True)
    steps = EPOCHS * -(-len(lessons) // _TOGETHER)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps + 2, pct_start=_WARM_UP)
    lots = random.Random(elder.seed)  # noqa: S311 - the order of lessons is no secret
    for epoch in range(EPOCHS):
        elder.net.train()
        for rows in _shuffled(states, lots):
            loss = _loss(elder, [states[row] for row in rows], [lessons[row] for row in rows], rarity)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(slow, 1.0)
            optimiser.step()
            schedule.step()
        tell(f"taught {epoch + 1} of {EPOCHS} times")


def _loss(elder: ElderReader, states: Sequence[Any], lessons: Sequence[Lesson], rarity: dict[str, Any]) -> Any:  # noqa: ANN401
    functional = elder.torch.nn.functional
    vectors = functional.dropout(elder.vectors(states), DROPPED)
    total = vectors.sum() * 0
    for head in heads():
        rows = [row for row, lesson in enumerate(lessons) if head.name in lesson.answers]
        if rows:
            right = elder.torch.tensor([head.classes.index(lessons[row].answers[head.name]) for row in rows])
            share = 1.0 if head.name in (ACTIONABLE, TOPIC) else MINOR_SHARE
            said = elder.heads[head.name](vectors[rows])
            total = total + share * functional.cross_entropy(
                said, right, rarity[head.name], label_smoothing=SMOOTHING, reduction="sum"
            )
    return total / len(lessons)


def _alike(sized: Sequence[Any], together: int) -> Iterator[list[int]]:
    order = sorted(range(len(sized)), key=lambda row: len(sized[row]))
    yield from (order[at : at + together] for at in range(0, len(order), together))


def _shuffled(states: Sequence[Any], lots: random.Random) -> list[list[int]]:
    order = list(range(len(states)))
    lots.shuffle(order)
    found = []
    for start in range(0, len(order), _TOGETHER * 50):
        some = order[start : start + _TOGETHER * 50]
        found += [[some[place] for place in rows] for rows in _alike([states[row] for row in some], _TOGETHER)]
    lots.shuffle(found)
    return found


def main(root: Path, folder: Path, out: Path) -> None:
    """Teach each elder its half of the lessons (none of the dev part), ask both about the pool, write what is honest."""
    lessons, pool = read_lessons(root, ["train"]), read_pool(root, forbidden_words(root, keep_dev=True))
    taught = [lessons_of(half, lessons, frozenset(pool)) for half in HALVES]
    said = [_opinions(ElderReader.load(folder, seed=half), taught[half], pool) for half in HALVES]
    write_elder(out, pool, honest(pool, [{lesson.text for lesson in each} for each in taught], said))


def lessons_of(half: int, lessons: Sequence[Lesson], pool: Collection[str]) -> list[Lesson]:
    """What one elder is taught: all that is not in the pool, and of what is, its half."""
    return [lesson for lesson in lessons if lesson.text not in pool or lot_of(lesson.text) // 2 % 2 != half]


def honest(
    pool: Sequence[str], taught: Sequence[Collection[str]], said: Sequence[Mapping[str, Floats]]
) -> dict[str, Floats]:
    """The mean of what elders say of each text, of those that were not taught it: arrays (texts, answers) by question."""
    knows = np.array([[text not in texts for text in pool] for texts in taught], np.float32)
    shares = knows / knows.sum(axis=0)
    return {
        name: np.sum([share[:, None] * each[name] for share, each in zip(shares, said, strict=True)], axis=0)
        for name in said[0]
    }


def _opinions(elder: ElderReader, lessons: Sequence[Lesson], pool: Sequence[str]) -> dict[str, Floats]:
    teach_elder(elder, lessons, tell=lambda told: sys.stderr.write(f"elder {elder.seed}: {told}\n"))
    return elder.thinks(elder.half_way(pool))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]) if sys.argv[3:] else Path(str(files("localcare.triage").joinpath("labels", ELDER_FILE))),
    )
