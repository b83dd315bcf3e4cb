"""Tunes the encoder's upper layers to the questions our labels answer (Devlin et al. 2019), all questions at once.

The lower half stays as it is and is read once, so that a pass costs half; mixed precision, some minutes on a core. Only training
needs torch and onnx (the extra `tune`); what comes out runs on onnxruntime like the encoder.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from localcare.triage.core.blocks import Floats
from localcare.triage.core.model import ACTIONABLE, TOPIC, Head
from localcare.triage.encoder import DIMENSIONS
from localcare.triage.lessons import Lesson
from localcare.triage.upper_layers import FIRST, LAST, Weights

EPOCHS = 3
LEARNING_RATE, HEADS_FASTER = 1.5e-4, 10.0
SHARPNESS = 12.0  # length of a vector as the heads see it while they learn
MINOR_SHARE = 0.3  # how much the questions beside answer and topic count
SMOOTHING, DROPPED, DECAY = 0.05, 0.1, 0.01
FEWEST = 5  # a rarer answer weighs no more than one seen so often
_TOGETHER, _LONGEST_STEP, _WARM_UP = 32, 1.0, 0.1
_HEADS = 12  # of attention
_SEED = 7

States = Sequence[npt.NDArray[np.float16]]
"""What the lower half makes of each text: (tokens, 384)."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an elder thinks of texts without labels: per question an array (texts, answers) whose rows add up to 1."""

    states: States
    thoughts: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Tuned:
    """Upper layers, and per question the weights (384, answers) and biases that read their normalised vector."""

    layers: Weights
    heads: dict[str, tuple[Floats, Floats]]


def can_tune() -> bool:
    """Whether the extra `tune` is installed."""
    return all(find_spec(name) for name in ("torch", "onnx"))


def tune(
    states: States,
    lessons: Sequence[Lesson],
    heads: Sequence[Head],
    start: Weights,
    *,
    told: "Told | None" = None,
    epochs: int = EPOCHS,
    tell: Callable[[str], None] = lambda _: None,
) -> Tuned:
    """Layers and heads after some passes over the lessons and what they are told of other texts, both in turn by lot.

    One after the other would not do: lessons that come last make them forget what they were told. `states` belong to the
    lessons in order.
    """
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(_SEED)
    net = _Net(torch, start, heads)
    weights = {head.name: torch.tensor(rarity_of(head, lessons)) for head in heads}

    def loss(rows: Sequence[int]) -> Any:  # noqa: ANN401 - a library that may be absent
        return net.loss([states[row] for row in rows], [lessons[row] for row in rows], weights)

    courses = [_Course(states, loss)]
    if told:
        courses.append(_Course(told.states, lambda rows: net.loss_of_told(told, rows)))
    _learn(net, courses, epochs, tell)
    return net.tuned()


@dataclass(frozen=True, slots=True)
class _Course:
    """Texts to learn from, and what is wrong with what is said of some of them."""

    states: States
    loss: Callable[[Sequence[int]], Any]


def _learn(net: "_Net", courses: Sequence[_Course], epochs: int, tell: Callable[[str], None]) -> None:
    """Passes over all courses, fast at first and slow in the end; heads learn faster than layers."""
    optim, lots = net.torch.optim, random.Random(_SEED)  # noqa: S311 - the order of lessons is no secret
    groups = [
        {"params": list(net.layers.values())},
        {"params": net.head_parameters(), "lr": LEARNING_RATE * HEADS_FASTER},
    ]
    optimiser = optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=DECAY, fused=True)
    steps = epochs * len(_batches(courses, random.Random(_SEED)))  # noqa: S311
    rates = [LEARNING_RATE, LEARNING_RATE * HEADS_FASTER]
    schedule = optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps + 1, pct_start=_WARM_UP)
    for epoch in range(epochs):
        for course, rows in _batches(courses, lots):
            loss = course.loss(rows)
            optimiser.zero_grad()
            loss.backward()
            net.torch.nn.utils.clip_grad_norm_(net.parameters(), _LONGEST_STEP)
            optimiser.step()
            schedule.step()
        tell(f"passed {epoch + 1} of {epochs} times over {sum(len(course.states) for course in courses)} texts")


class _Net:
    """Three layers of a BERT (post-norm, erf GELU) and linear heads on the mean of their output."""

    def __init__(self, torch: Any, start: Weights, heads: Sequence[Head]) -> None:  # noqa: ANN401 - a library that may be absent
        self.torch, self._f = torch, torch.nn.functional
        self._questions = tuple(heads)
        self.layers = {name: torch.tensor(value, requires_grad=True) for name, value in start.items()}
        self.heads = {head.name: self._new_head(len(head.classes)) for head in heads}

    def _new_head(self, answers: int) -> tuple[Any, Any]:
        wide = self.torch.randn(DIMENSIONS, answers) * 0.02
        return wide.requires_grad_(), self.torch.zeros(answers, requires_grad=True)

    def head_parameters(self) -> list[Any]:
        """Weights and biases of all heads."""
        return [parameter for head in self.heads.values() for parameter in head]

    def parameters(self) -> list[Any]:
        """Everything that learns."""
        return [*self.layers.values(), *self.head_parameters()]

    def loss_of_told(self, told: Told, rows: Sequence[int]) -> Any:  # noqa: ANN401
        """Cross-entropy with the opinions on every question, per text."""
        vectors = self._read([told.states[row] for row in rows])
        total = vectors.sum() * 0
        for head in self._questions:
            wide, bias = self.heads[head.name]
            opinion = self.torch.tensor(told.thoughts[head.name][list(rows)])
            share = 1.0 if head.name in (ACTIONABLE, TOPIC) else MINOR_SHARE
            total = total + share * self._f.cross_entropy(vectors @ wide + bias, opinion)
        return total

    def loss(self, states: States, lessons: Sequence[Lesson], weights: dict[str, Any]) -> Any:  # noqa: ANN401
        """Summed cross-entropy of every answer that is known, per text."""
        vectors = self._read(states)
        total = vectors.sum() * 0
        for head in self._questions:
            rows = [row for row, lesson in enumerate(lessons) if head.name in lesson.answers]
            if rows:
                right = self.torch.tensor([head.classes.index(lessons[row].answers[head.name]) for row in rows])
                wide, bias = self.heads[head.name]
                share = 1.0 if head.name in (ACTIONABLE, TOPIC) else MINOR_SHARE
                total = total + share * self._f.cross_entropy(
                    vectors[rows] @ wide + bias, right, weights[head.name], label_smoothing=SMOOTHING, reduction="sum"
                )
        return total / len(lessons)

    def _read(self, states: States) -> Any:  # noqa: ANN401
        with self.torch.autocast("cpu", dtype=self.torch.bfloat16):
            vectors = self._vectors(states)
        return self._f.dropout(self._f.normalize(vectors.float(), dim=1) * SHARPNESS, DROPPED)

    def _vectors(self, states: States) -> Any:  # noqa: ANN401
        torch, longest = self.torch, max(len(each) for each in states)
        padded, mask = (
            np.zeros((len(states), longest, DIMENSIONS), np.float32),
            np.zeros((len(states), longest), np.float32),
        )
        for row, each in enumerate(states):
            padded[row, : len(each)], mask[row, : len(each)] = each, 1
        x, seen = torch.tensor(padded), torch.tensor(mask)
        hidden = (1 - seen[:, None, None, :]) * -1e4
        for layer in range(FIRST, LAST + 1):
            x = self._layer(x, hidden, layer)
        return (x * seen[:, :, None]).sum(1) / seen.sum(1, keepdim=True)

    def _layer(self, x: Any, hidden: Any, layer: int) -> Any:  # noqa: ANN401
        texts, tokens, width = x.shape

        def parted(name: str) -> Any:  # noqa: ANN401
            return self._product(x, layer, name).view(texts, tokens, _HEADS, width // _HEADS).transpose(1, 2)

        told = self._f.scaled_dot_product_attention(parted("query"), parted("key"), parted("value"), attn_mask=hidden)
        told = self._product(told.transpose(1, 2).reshape(texts, tokens, width), layer, "joined")
        x = self._norm(x + self._f.dropout(told, DROPPED), layer, "after attention")
        made = self._product(self._f.gelu(self._product(x, layer, "inner")), layer, "outer")
        return self._norm(x + self._f.dropout(made, DROPPED), layer, "after inner")

    def _product(self, x: Any, layer: int, name: str) -> Any:  # noqa: ANN401
        return x @ self.layers[f"{layer} {name} weight"] + self.layers[f"{layer} {name} bias"]

    def _norm(self, x: Any, layer: int, name: str) -> Any:  # noqa: ANN401
        weight, bias = self.layers[f"{layer} {name} weight"], self.layers[f"{layer} {name} bias"]
        return self._f.layer_norm(x, (DIMENSIONS,), weight, bias, 1e-12)

    def tuned(self) -> Tuned:
        """What was learned, as arrays; the heads as they read vectors of length 1."""
        heads = {
            name: (wide.detach().numpy() * SHARPNESS, bias.detach().numpy())
            for name, (wide, bias) in self.heads.items()
        }
        return Tuned({name: value.detach().numpy() for name, value in self.layers.items()}, heads)


def rarity_of(head: Head, lessons: Sequence[Lesson]) -> Floats:
    """How much an answer weighs: by one over the root of how often it is seen, one on average; yes and no weigh the same."""
    counts = Counter(lesson.answers[head.name] for lesson in lessons if head.name in lesson.answers)
    if head.width == 1:
        return np.ones(len(head.classes), np.float32)
    seen = np.array([counts[answer] for answer in head.classes], np.float32)
    weights = np.maximum(seen, FEWEST) ** -0.5
    return np.asarray(weights * seen.sum() / (weights * seen).sum(), np.float32)


def _batches(courses: Sequence[_Course], lots: random.Random) -> list[tuple[_Course, list[int]]]:
    """Rows of a course in lots of like length, those of all courses in random order."""
    found = [(course, rows) for course in courses for rows in _alike(course.states, lots)]
    lots.shuffle(found)
    return found


def _alike(states: States, lots: random.Random) -> Iterator[list[int]]:
    order = list(range(len(states)))
    lots.shuffle(order)
    stride = _TOGETHER * 50
    for start in range(0, len(order), stride):
        alike = sorted(order[start : start + stride], key=lambda row: len(states[row]))
        yield from (alike[at : at + _TOGETHER] for at in range(0, len(alike), _TOGETHER))
