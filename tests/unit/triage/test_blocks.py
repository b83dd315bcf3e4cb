"""Sums that are remembered word by word are the sums of the pieces."""

import numpy as np

from localcare.triage.core import blocks
from localcare.triage.core.blocks import Block, WordSums
from localcare.triage.core.features import features_of_pieces, pieces_of, tokenise

TEXTS = ["the store never answers", "never ever the same store", "", "store store store"]


def _block() -> Block:
    rng = np.random.default_rng(3)
    features = sorted({piece for text in TEXTS for word in tokenise(text) for piece in pieces_of(word)})[::2]
    idf = rng.uniform(1, 3, len(features)).astype(np.float32)
    return Block.of(features, idf, rng.normal(size=(len(features), 3)).astype(np.float32))


def test_a_text_is_the_sum_of_its_different_words() -> None:
    block = _block()
    said = WordSums(block).product([tokenise(text) for text in TEXTS])
    for text, logits in zip(TEXTS, said, strict=True):
        rows = [block.index[piece] for piece in features_of_pieces(text) if piece in block.index]
        length = max(float(np.sqrt(block.squares[rows].sum())), 1e-9)
        assert np.allclose(logits, block.weights[rows].sum(axis=0) / length, atol=1e-5)


def test_what_is_remembered_changes_nothing_and_neither_does_forgetting() -> None:
    block, texts = _block(), [tokenise(text) for text in TEXTS]
    fresh, used = WordSums(block), WordSums(block)
    first = used.product(texts)
    assert np.array_equal(first, used.product(texts))
    for start in range(0, blocks.REMEMBERED * 2, 20_000):
        used.product([[f"word{number}" for number in range(start, start + 20_000)]])
    assert np.allclose(used.product(texts), fresh.product(texts), atol=1e-6)


def test_a_batch_of_more_words_than_are_remembered_is_read_all_the_same() -> None:
    words = [f"w{number}" for number in range(blocks.REMEMBERED + 5)] + tokenise(TEXTS[0])
    block = _block()
    assert np.isfinite(WordSums(block).product([words, tokenise(TEXTS[1])])).all()
